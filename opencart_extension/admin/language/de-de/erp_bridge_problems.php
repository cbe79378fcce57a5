<?php

/**
 * Texts of ERP Bridge about what goes wrong, part of erp_bridge.php. {names} in braces are replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

// Problems with the agent
$_['problem_pairing_missing_cause'] = 'Der Shop ist noch nicht mit einem Agenten gekoppelt.';
$_['problem_pairing_missing_fix'] = 'Führen Sie auf dem Rechner des Agenten „erp-bridge pairing show“ aus und fügen Sie den Schlüssel in die Einstellungen der Erweiterung ein.';
$_['problem_agent_url_cause'] = 'Die Adresse des Agenten „{url}“ ist keine Webadresse.';
$_['problem_agent_url_fix'] = 'Geben Sie sie in den Einstellungen als http://127.0.0.1:8765 oder https://host.example:8765 ein.';
$_['problem_agent_refused_cause'] = 'Unter {url} antwortet niemand: Der Agent läuft nicht, oder er lauscht an anderer Stelle.';
$_['problem_agent_refused_fix'] = 'Starten Sie ihn mit „systemctl start erp-bridge“ und sehen Sie in „systemctl status erp-bridge“ nach; vergleichen Sie dann die Adresse mit der in den Einstellungen.';
$_['problem_agent_host_cause'] = 'Der Rechnername in {url} ist nicht bekannt.';
$_['problem_agent_host_fix'] = 'Prüfen Sie die Adresse auf Tippfehler; läuft der Agent auf diesem Rechner, nehmen Sie 127.0.0.1.';
$_['problem_agent_timeout_cause'] = 'Der Agent unter {url} hat nicht rechtzeitig geantwortet.';
$_['problem_agent_timeout_fix'] = 'Prüfen Sie, ob eine Firewall im Weg oder der Rechner überlastet ist, und versuchen Sie es erneut. Begonnene Arbeit geht weiter.';
$_['problem_agent_tls_cause'] = 'Dem Zertifikat von {url} wird nicht vertraut ({detail}).';
$_['problem_agent_tls_fix'] = 'Verwenden Sie ein Zertifikat einer bekannten Stelle oder tragen Sie die CA-Datei Ihrer eigenen Stelle in den Einstellungen ein.';
$_['problem_agent_ca_file_cause'] = 'Die CA-Datei ist nicht brauchbar ({detail}).';
$_['problem_agent_ca_file_fix'] = 'Geben Sie den Pfad einer PEM-Datei ein, die der Webserver lesen darf, oder lassen Sie das Feld leer.';
$_['problem_agent_large_cause'] = 'Die Antwort des Agenten ist zu groß.';
$_['problem_agent_large_fix'] = 'Lassen Sie weniger Zeilen auf einer Seite anzeigen.';
$_['problem_agent_no_curl_cause'] = 'PHP auf diesem Server hat keine curl-Erweiterung.';
$_['problem_agent_no_curl_fix'] = 'Installieren Sie sie (unter Debian und Ubuntu: apt install php-curl) und starten Sie den Webserver neu.';
$_['problem_agent_other_cause'] = 'Der Agent unter {url} ist nicht erreichbar ({detail}).';
$_['problem_agent_other_fix'] = 'Prüfen Sie die Adresse und ob http oder https zu dem passt, was der Agent spricht.';
$_['problem_agent_redirect_cause'] = 'Der Server unter {url} verweist auf eine andere Adresse ({to}).';
$_['problem_agent_redirect_fix'] = 'Geben Sie die endgültige Adresse in den Einstellungen ein; mit https, wo der Server es verlangt.';
$_['problem_agent_html_cause'] = 'Unter {url} antwortet eine Webseite, nicht der Agent (Status {status}).';
$_['problem_agent_html_fix'] = 'Geben Sie Adresse und Port des Agenten selbst ein, nicht die des Shops oder eines Proxys.';
$_['problem_agent_foreign_cause'] = 'Unter {url} antwortet ein anderes Programm, nicht der Agent (Status {status}).';
$_['problem_agent_foreign_fix'] = 'Geben Sie Adresse und Port des Agenten selbst ein; „erp-bridge doctor“ zeigt sie an.';
$_['problem_agent_gateway_cause'] = 'Ein Proxy unter {url} meldet, dass der Agent dahinter nicht läuft (Status {status}).';
$_['problem_agent_gateway_fix'] = 'Starten Sie den Agenten mit „systemctl start erp-bridge“ und prüfen Sie die Konfiguration des Proxys.';
$_['problem_agent_unsigned_cause'] = 'Die Antwort von {url} ist nicht signiert (Status {status}): Sie kommt nicht vom gekoppelten Agenten.';
$_['problem_agent_unsigned_fix'] = 'Prüfen Sie die Adresse und ob ein Proxy die Kopfzeilen Erp-Timestamp und Erp-Signature entfernt.';
$_['problem_agent_forged_cause'] = 'Die Signatur der Antwort von {url} ist falsch: Sie kommt von einem anderen Agenten oder wurde unterwegs verändert.';
$_['problem_agent_forged_fix'] = 'Fügen Sie den Kopplungsschlüssel dieses Agenten erneut ein und prüfen Sie, ob ein Proxy Antworten verändert.';
$_['problem_agent_status_cause'] = 'Der Agent hat mit Status {status} und ohne Begründung geantwortet.';
$_['problem_agent_status_fix'] = 'Sehen Sie im Protokoll des Agenten nach („journalctl -u erp-bridge“) und versuchen Sie es erneut.';
$_['problem_agent_not_ready_cause'] = 'Der Agent läuft, ist aber nicht arbeitsbereit ({code}).';
$_['problem_agent_not_ready_fix'] = 'Führen Sie auf dem Rechner des Agenten „erp-bridge doctor“ aus: Es sagt, was fehlt.';
$_['problem_signature_key_unknown_cause'] = 'Der Agent kennt diesen Kopplungsschlüssel nicht.';
$_['problem_signature_key_unknown_fix'] = 'Führen Sie auf dem Rechner des Agenten „erp-bridge pairing show“ aus und fügen Sie den Schlüssel in die Einstellungen ein.';
$_['problem_signature_wrong_cause'] = 'Der Agent lehnt die Signatur ab: Der Kopplungsschlüssel ist nicht auf beiden Seiten derselbe, oder ein Proxy verändert die Aufrufe.';
$_['problem_signature_wrong_fix'] = 'Fügen Sie den Kopplungsschlüssel erneut ein. Steht der Agent hinter einem Proxy, darf dieser den Pfad nicht ändern.';
$_['problem_signature_missing_cause'] = 'Der Agent hat den Aufruf ohne Signatur erhalten.';
$_['problem_signature_missing_fix'] = 'Prüfen Sie, ob ein Proxy Kopfzeilen entfernt, die mit Erp- beginnen.';
$_['problem_signature_replay_cause'] = 'Der Agent hat denselben Aufruf zweimal erhalten.';
$_['problem_signature_replay_fix'] = 'Versuchen Sie es erneut. Geschieht es oft, suchen Sie nach einem Proxy, der Aufrufe wiederholt.';
$_['problem_signature_clock_cause'] = 'Die Uhren von Shop und Agent weichen um {minutes} Minuten voneinander ab.';
$_['problem_signature_clock_fix'] = 'Stellen Sie beide Uhren über NTP („timedatectl set-ntp true“).';

// Problems in the shop
$_['problem_shop_permission_cause'] = 'Ihre Benutzergruppe darf das nicht.';
$_['problem_shop_permission_fix'] = 'Bitten Sie den Inhaber des Shops, es unter System > Benutzer > Benutzergruppen zu erlauben.';
$_['problem_shop_method_cause'] = 'Diese Änderung kam nicht von einer Schaltfläche der Seite.';
$_['problem_shop_method_fix'] = 'Öffnen Sie die Seite erneut und klicken Sie auf die Schaltfläche.';
$_['problem_shop_form_cause'] = 'Im Formular fehlt etwas oder ist falsch.';
$_['problem_shop_form_fix'] = 'Berichtigen Sie die markierten Felder.';
$_['problem_shop_request_cause'] = 'Die Seite hat etwas verlangt, das es nicht gibt.';
$_['problem_shop_request_fix'] = 'Laden Sie die Seite neu und versuchen Sie es erneut.';
$_['problem_shop_nothing_ticked_cause'] = 'Es ist keine Zeile markiert.';
$_['problem_shop_nothing_ticked_fix'] = 'Markieren Sie die Zeilen, die Sie übertragen möchten.';
$_['problem_shop_too_many_cause'] = 'Es sind zu viele Zeilen markiert.';
$_['problem_shop_too_many_fix'] = 'Verwenden Sie stattdessen „Geändertes übertragen“ oder „Alles übertragen“.';
$_['problem_shop_no_connection_cause'] = 'Es gibt keine aktive ERP-Verbindung.';
$_['problem_shop_no_connection_fix'] = 'Fügen Sie unter ERP-Zuordnung > Verbindungen eine hinzu oder setzen Sie eine fort.';
$_['problem_shop_unexpected_cause'] = 'In der Erweiterung ist etwas Unerwartetes geschehen.';
$_['problem_shop_unexpected_fix'] = 'Suchen Sie unter System > Wartung > Fehlerprotokoll die Zeile, die mit „ERP Bridge“ beginnt.';

<?php

/**
 * Texts of ERP Bridge. {names} in braces are replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

// Menu and headings
$_['menu'] = 'ERP-Zuordnung';
$_['menu_jobs'] = 'Übersicht und Aufträge';
$_['menu_connections'] = 'Verbindungen';
$_['menu_categories'] = 'Kategorien';
$_['menu_attributes'] = 'Attribute & Optionen';
$_['menu_products'] = 'Produkte';
$_['menu_manufacturers'] = 'Hersteller';
$_['menu_taxes'] = 'Steuern';
$_['menu_settings'] = 'Einstellungen';
$_['crumb_home'] = 'Start';
$_['heading_jobs'] = 'Übersicht und Aufträge';
$_['heading_connections'] = 'ERP-Verbindungen';
$_['heading_categories'] = 'Kategorien im ERP';
$_['heading_attributes'] = 'Attribute und Optionen im ERP';
$_['heading_products'] = 'Produkte im ERP';
$_['heading_manufacturers'] = 'Hersteller im ERP';
$_['heading_taxes'] = 'Steuern im ERP';
$_['heading_settings'] = 'Einstellungen der ERP Bridge';

// Buttons
$_['button_save'] = 'Speichern';
$_['button_back'] = 'Zurück';
$_['button_test'] = 'Prüfen';
$_['button_repair'] = 'Ereignisse reparieren';
$_['button_changed'] = 'Geändertes übertragen';
$_['button_changed_help'] = 'Überträgt ins ERP, was sich seit dem letzten Mal geändert hat';
$_['button_all'] = 'Alles übertragen';
$_['button_all_help'] = 'Vergleicht jeden Datensatz und überträgt, was abweicht';
$_['button_preview'] = 'Vorschau';
$_['button_preview_help'] = 'Zeigt, was die Übertragung ändern würde; es wird nichts geschrieben';
$_['button_auto'] = 'Automatisch zuordnen';
$_['button_auto_help'] = 'Findet Datensätze, die das ERP schon hat; Sie sehen sie, bevor sie verknüpft werden';
$_['button_ticked'] = 'Markierte übertragen';
$_['button_filter'] = 'Filtern';
$_['button_add_connection'] = 'Verbindung hinzufügen';
$_['button_edit'] = 'Bearbeiten';
$_['button_remove'] = 'Entfernen';
$_['button_pause'] = 'Anhalten';
$_['button_resume'] = 'Fortsetzen';
$_['button_release'] = 'Erneut versuchen';
$_['button_drop'] = 'Aufgeben';
$_['button_to_products'] = 'Produkte übertragen';
$_['list_button'] = 'Übertragen';
$_['list_button_help'] = 'Überträgt die markierten Zeilen ins ERP';

// Links to where a problem is mended
$_['link_settings'] = 'Einstellungen öffnen';
$_['link_connections'] = 'Verbindungen öffnen';

// Panels
$_['text_fix'] = 'Abhilfe';
$_['text_try_again'] = 'Erneut versuchen';
$_['text_level_ok'] = 'In Ordnung';
$_['text_level_warning'] = 'Warnung';
$_['text_level_error'] = 'Problem';

// Settings
$_['settings_agent'] = 'Agent';
$_['settings_intro'] = 'Der Agent ist das Programm, das die Datenbank dieses Shops liest und mit dem ERP spricht. Er läuft auf Ihrem Server neben dem Shop.';
$_['settings_url'] = 'Adresse des Agenten';
$_['settings_url_help'] = 'Wie der Agent sie beim Start anzeigt, z. B. http://127.0.0.1:8765';
$_['settings_key'] = 'Kopplungsschlüssel';
$_['settings_key_help'] = 'Führen Sie auf dem Rechner des Agenten „erp-bridge pairing show“ aus und fügen Sie die ganze Zeile hier ein. Sie beginnt mit erpb1.';
$_['settings_key_stored'] = 'Ein Schlüssel ist gespeichert ({key}). Lassen Sie das Feld leer, um ihn zu behalten.';
$_['settings_key_none'] = 'Es ist noch kein Schlüssel gespeichert.';
$_['settings_ca_file'] = 'CA-Datei';
$_['settings_ca_file_help'] = 'Nur für eine https-Adresse mit einem Zertifikat Ihrer eigenen Zertifizierungsstelle: Pfad ihrer PEM-Datei auf diesem Server.';
$_['settings_saved'] = 'Die Einstellungen sind gespeichert.';
$_['settings_test_hint'] = 'Geprüft wird, was im Formular steht, gespeichert oder nicht.';
$_['settings_versions'] = 'Erweiterung {version} auf OpenCart {opencart}';
$_['settings_events'] = 'Ereignisse';
$_['events_intro'] = 'Über ihre Ereignisse fügt die Erweiterung Menü und Schaltflächen ein und vermerkt, welche Datensätze sich geändert haben.';
$_['events_whole'] = 'Alle {count} Ereignisse sind vorhanden.';
$_['events_broken'] = 'Die Ereignisse sind nicht in Ordnung. Das kommt vor, wenn OpenCart aktualisiert wurde oder eine andere Erweiterung sie entfernt hat.';
$_['events_missing'] = 'Fehlend';
$_['events_disabled'] = 'Abgeschaltet';
$_['events_foreign'] = 'Von einer anderen Version';
$_['events_fix'] = 'Klicken Sie auf „Ereignisse reparieren“. Sonst wird nichts geändert.';
$_['events_repaired'] = 'Die Ereignisse sind repariert.';
$_['error_url'] = 'Geben Sie eine Adresse ein, die mit http:// oder https:// beginnt.';
$_['error_key'] = 'Das ist kein vollständiger Kopplungsschlüssel. Er beginnt mit erpb1. und hat drei Teile.';
$_['error_ca_file'] = 'Der Webserver kann diese Datei nicht lesen. Prüfen Sie Pfad und Rechte.';

// The settings' test
$_['check_reach_ok'] = 'Der Agent antwortet, und der Kopplungsschlüssel stimmt.';
$_['check_version_ok'] = 'Agent {agent} und Erweiterung {extension} passen zusammen.';
$_['check_version_cause'] = 'Agent {agent} und Erweiterung {extension} passen nicht zusammen.';
$_['check_version_fix'] = 'Bringen Sie beide auf dieselbe Version: Laden Sie die neuere Erweiterung hoch oder aktualisieren Sie den Agenten.';
$_['check_database_ok'] = 'Der Agent liest diesen Shop: {products} Produkte in {shop}.';
$_['check_database_cause'] = 'Der Agent liest eine andere Datenbank ({agent}) als dieser Shop ({shop}).';
$_['check_database_fix'] = 'Tragen Sie Datenbank und Tabellenpräfix des Shops in die Konfigurationsdatei des Agenten ein und starten Sie ihn neu.';
$_['check_address_cause'] = 'Der Agent kennt diesen Shop unter einer anderen Adresse ({agent}) als der jetzigen ({shop}).';
$_['check_address_fix'] = 'Ist der Shop umgezogen, bestätigen Sie die neue Adresse im Agenten. Ist dies eine Kopie des Shops, geben Sie ihr einen eigenen Agenten.';
$_['check_events_ok'] = 'Alle Ereignisse der Erweiterung sind vorhanden.';
$_['check_events_cause'] = 'Ereignisse der Erweiterung fehlen oder sind verändert.';
$_['check_events_fix'] = 'Klicken Sie in den Einstellungen der Erweiterung auf „Ereignisse reparieren“.';

// Kinds of records
$_['entity_categories'] = 'Kategorien';
$_['entity_attributes'] = 'Attribute und Optionen';
$_['entity_attribute_values'] = 'Werte von Attributen und Optionen';
$_['entity_products'] = 'Produkte';
$_['entity_variants'] = 'Varianten';
$_['entity_manufacturers'] = 'Hersteller';
$_['entity_taxes'] = 'Steuern';
$_['one_categories'] = 'Kategorie';
$_['one_attributes'] = 'Attribut oder Option';
$_['one_attribute_values'] = 'Wert';
$_['one_products'] = 'Produkt';
$_['one_variants'] = 'Variante';
$_['one_manufacturers'] = 'Hersteller';
$_['one_taxes'] = 'Steuer';
$_['tab_attributes'] = 'Attribute und Optionen';
$_['tab_attribute_values'] = 'Werte';
$_['tab_products'] = 'Produkte';
$_['tab_variants'] = 'Varianten';
$_['yes'] = 'Ja';
$_['no'] = 'Nein';

// Columns
$_['column_store_key'] = 'Shop-ID';
$_['column_label'] = 'Name im Shop';
$_['column_state'] = 'Zustand';
$_['column_erp_id'] = 'ERP-Datensatz';
$_['column_synced_at'] = 'Zuletzt übertragen';
$_['column_action'] = 'Aktion';
$_['column_name'] = 'Name';
$_['column_kind'] = 'ERP';
$_['column_updated'] = 'Geändert';
$_['column_record'] = 'Datensatz';
$_['column_cause'] = 'Was nicht stimmt';
$_['column_would'] = 'Wäre dann';
$_['column_changes'] = 'Änderungen (ERP jetzt → dann)';
$_['column_job'] = 'Auftrag';
$_['column_what'] = 'Was';
$_['column_result'] = 'Ergebnis';
$_['column_started'] = 'Begonnen';
$_['column_finished'] = 'Beendet';
$_['column_duration'] = 'Dauer';
$_['column_who'] = 'Von';
$_['column_since'] = 'Seit';

// Lists
$_['filter_connection'] = 'Verbindung';
$_['filter_q'] = 'Name oder ID';
$_['filter_q_hint'] = 'Teil des Namens oder eine ID';
$_['filter_state'] = 'Zustand';
$_['filter_entity'] = 'Was';
$_['filter_any'] = 'Alle';
$_['tick_all'] = 'Alle Zeilen markieren';
$_['pages_text'] = '{from} bis {to} von {total}';
$_['pages_none'] = 'Keine Zeilen';
$_['text_times_in'] = 'Zeiten in {zone}';
$_['seconds'] = '{n} s';
$_['minutes'] = '{n} min {s} s';
$_['hours'] = '{n} h {m} min';

// Mappings
$_['intro_taxes'] = 'Steuern werden nicht ins ERP geschrieben: Verknüpfen Sie jede Steuerklasse des Shops mit der Umsatzsteuer des ERP, für die sie steht.';
$_['mapping_new'] = 'Noch nicht übertragen';
$_['mapping_pending'] = 'In Arbeit';
$_['mapping_linked'] = 'Übertragen';
$_['mapping_failed'] = 'Fehlgeschlagen';
$_['mapping_held'] = 'Wartet';
$_['mapping_excluded'] = 'Ausgeschlossen';
$_['mapping_archived'] = 'Archiviert';
$_['mapping_nameless'] = '(ohne Namen)';
$_['mapping_by_manual'] = 'von Hand verknüpft';
$_['mapping_by_auto'] = 'automatisch gefunden';
$_['mapping_none'] = 'Der Shop hat keine solchen Datensätze.';
$_['mapping_none_found'] = 'Kein Datensatz passt zum Filter.';
$_['mapping_connection_paused'] = 'Diese Verbindung ist angehalten: Es wird nichts übertragen.';
$_['mapping_linked_now'] = 'Der Datensatz ist verknüpft. Seine Daten werden bei der nächsten Übertragung verglichen.';
$_['mapping_unlinked_now'] = 'Die Verknüpfung ist entfernt. Der Datensatz im ERP bleibt, wie er ist.';
$_['mapping_excluded_now'] = 'Der Datensatz ist ausgeschlossen und wird nicht übertragen.';
$_['mapping_readmitted_now'] = 'Der Datensatz nimmt wieder an Übertragungen teil.';
$_['action_link_hand'] = 'Mit einem Datensatz des ERP verknüpfen';
$_['action_unlink'] = 'Verknüpfung entfernen';
$_['action_exclude'] = 'Von Übertragungen ausschließen';
$_['action_readmit'] = 'Wieder teilnehmen lassen';

// Automatic mapping
$_['auto_shop'] = 'Im Shop';
$_['auto_erp'] = 'Im ERP';
$_['auto_by'] = 'Gefunden über';
$_['auto_result'] = 'Ergebnis';
$_['auto_linked'] = 'Gefunden';
$_['auto_ambiguous'] = 'Mehrere passen';
$_['matched_by_sku'] = 'SKU';
$_['matched_by_barcode'] = 'Barcode';
$_['matched_by_name'] = 'Name';
$_['matched_by_code'] = 'Code';

// Connections
$_['connections_list'] = 'Verbindungen';
$_['connection_form'] = 'So ist das ERP zu erreichen';
$_['connection_add'] = 'Verbindung hinzufügen';
$_['connection_edit'] = 'Verbindung {name}';
$_['connection_kind'] = 'ERP';
$_['connection_name'] = 'Name';
$_['connection_name_help'] = 'Ein beliebiger Name, z. B. „Odoo Hauptsystem“.';
$_['connection_more'] = 'Weitere Einstellungen';
$_['connection_default'] = '— wie im ERP eingestellt —';
$_['connection_choices_later'] = 'Speichern Sie zuerst; dann können Sie aus dem wählen, was das ERP hat.';
$_['connection_secret_stored'] = 'Es ist gespeichert und wird nie angezeigt. Lassen Sie das Feld leer, um es zu behalten.';
$_['connection_active'] = 'Aktiv';
$_['connection_paused'] = 'Angehalten';
$_['connection_paused_by_hand'] = 'Sie wurde von Hand angehalten.';
$_['connection_paused_fix'] = 'Setzen Sie sie unter Verbindungen fort.';
$_['connection_saved'] = 'Die Verbindung {name} ist gespeichert.';
$_['connection_saved_next'] = 'Prüfen Sie sie und wählen Sie dann Firma und Lager.';
$_['connection_paused_now'] = 'Die Verbindung {name} ist angehalten. Was läuft, endet nach seinem jetzigen Schritt.';
$_['connection_resumed_now'] = 'Die Verbindung {name} arbeitet wieder.';
$_['connection_removed_now'] = 'Die Verbindung ist entfernt.';
$_['empty_title'] = 'Noch ist kein ERP verbunden';
$_['empty_text'] = 'Verbinden Sie den Shop mit Ihrem ERP, prüfen Sie die Verbindung, dann übertragen Sie.';
$_['empty_ask'] = 'Fragen Sie jemanden, der Verbindungen ändern darf.';

// Dashboard and jobs
$_['dashboard_agent'] = 'Agent';
$_['dashboard_lamp_ok'] = 'in Ordnung';
$_['dashboard_lamp_warning'] = 'arbeitet, mit Warnungen';
$_['dashboard_lamp_error'] = 'etwas stimmt nicht';
$_['dashboard_lamp_down'] = 'nicht erreichbar';
$_['jobs_title'] = 'Aufträge';
$_['jobs_none'] = 'Es ist noch kein Auftrag gelaufen.';
$_['job_heading'] = 'Auftrag {id}: {title}';
$_['job_preview_of'] = 'Vorschau: {entity}';
$_['job_queued'] = 'Wartet auf Beginn';
$_['job_running'] = 'Läuft';
$_['job_done'] = 'Fertig';
$_['job_done_troubled'] = 'Fertig, mit Problemen';
$_['job_failed'] = 'Fehlgeschlagen';
$_['job_cancelled'] = 'Abgebrochen';
$_['job_of'] = '{read} von {total} angesehen';
$_['job_so_far'] = '{read} angesehen';
$_['job_waits'] = 'wartet auf einen freien Arbeiter';
$_['job_runs'] = 'bei der Arbeit';
$_['job_stage'] = 'jetzt: {stage}';
$_['origin_cli'] = 'Befehlszeile';
$_['origin_admin'] = 'Verwaltung';
$_['origin_event'] = 'Änderung im Shop';
$_['origin_schedule'] = 'Zeitplan';
$_['count_read'] = 'angesehen';
$_['count_unchanged'] = 'unverändert';
$_['count_created'] = 'angelegt';
$_['count_created_preview'] = 'würden angelegt';
$_['count_updated'] = 'geändert';
$_['count_updated_preview'] = 'würden geändert';
$_['count_archived'] = 'archiviert';
$_['count_archived_preview'] = 'würden archiviert';
$_['count_failed'] = 'fehlgeschlagen';
$_['count_held'] = 'wartend';
$_['count_warning'] = 'mit Warnung';
$_['action_create'] = 'Angelegt';
$_['action_update'] = 'Geändert';
$_['action_archive'] = 'Archiviert';
$_['action_link'] = 'Verknüpft';
$_['records_none'] = 'Es gibt keine solchen Datensätze.';
$_['records_none_planned'] = 'Es würde nichts geändert.';
$_['held_title'] = 'Wartet auf Sie ({n})';
$_['held_intro'] = 'Diese Arbeit geht nicht von selbst weiter. Tun Sie, was dabei steht, und versuchen Sie es erneut; oder geben Sie sie auf.';
$_['held_released'] = 'Die Arbeit wird erneut versucht.';
$_['held_dropped'] = 'Die Arbeit ist aufgegeben.';

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

// Texts of the page's JavaScript
$_['js_busy'] = 'Einen Moment…';
$_['js_close'] = 'Schließen';
$_['js_cancel'] = 'Abbrechen';
$_['js_fix'] = 'Abhilfe';
$_['js_lost_cause'] = 'Der Shop hat nicht geantwortet.';
$_['js_lost_fix'] = 'Prüfen Sie Ihre Verbindung und versuchen Sie es erneut. Begonnene Arbeit geht weiter.';
$_['js_login_cause'] = 'Ihre Anmeldung ist abgelaufen.';
$_['js_login_fix'] = 'Öffnen Sie die Seite erneut und melden Sie sich an. Begonnene Arbeit geht weiter.';
$_['js_testing'] = 'Wird geprüft… das kann einige Sekunden dauern.';
$_['js_job_cancel'] = 'Abbrechen';
$_['js_job_retry'] = 'Fehlgeschlagenes erneut versuchen';
$_['js_job_hide'] = 'Ausblenden';
$_['js_job_trouble'] = 'Neuer Versuch…';
$_['js_records_failed'] = 'Fehlgeschlagen ({n})';
$_['js_records_held'] = 'Wartend ({n})';
$_['js_records_warning'] = 'Warnungen ({n})';
$_['js_records_planned'] = 'Was sich ändern würde';
$_['js_link_title'] = '„{label}“ verknüpfen';
$_['js_link_hint'] = 'Im ERP nach Name, Code oder ID suchen';
$_['js_link_help'] = 'Wählen Sie den Datensatz des ERP, der diesem entspricht.';
$_['js_link_none'] = 'Das ERP hat nichts dergleichen.';
$_['js_unlink_title'] = 'Verknüpfung entfernen?';
$_['js_unlink_text'] = 'Die Bridge vergisst, welcher Datensatz des ERP „{label}“ ist. Im ERP wird nichts gelöscht.';
$_['js_unlink_go'] = 'Verknüpfung entfernen';
$_['js_all_title'] = 'Alles übertragen?';
$_['js_all_text'] = 'Jeder Datensatz wird mit dem ERP verglichen, und was abweicht, wird übertragen. Bei einem großen Shop dauert das; Sie können die Seite verlassen.';
$_['js_all_go'] = 'Alles übertragen';
$_['js_auto_title'] = 'Datensätze, die das ERP schon hat';
$_['js_auto_summary'] = '{linked} gefunden, {ambiguous} mit mehreren Möglichkeiten, {none} nicht im ERP.';
$_['js_auto_remaining'] = 'Noch {n} anzusehen…';
$_['js_auto_done'] = '{n} Datensätze sind verknüpft.';
$_['js_auto_go'] = 'Diese {n} verknüpfen';
$_['js_test_title'] = 'Prüfung von {label}';
$_['js_choices_loading'] = 'Das ERP wird gefragt…';
$_['js_choices_failed'] = 'Die Liste des ERP konnte nicht gelesen werden.';
$_['js_remove_title'] = '{label} entfernen?';
$_['js_remove_text'] = 'Die Verbindung und ihre Zuordnungen werden entfernt. Datensätze im ERP und im Shop bleiben, wie sie sind.';
$_['js_remove_go'] = 'Verbindung entfernen';
$_['js_drop_title'] = '{label} aufgeben?';
$_['js_drop_text'] = 'Diese Arbeit wird beendet, ohne getan zu sein. Eine spätere Änderung des Datensatzes wird wieder übertragen.';
$_['js_drop_go'] = 'Aufgeben';
$_['js_list_title'] = '{n} Zeilen übertragen';
$_['js_list_none_title'] = 'Keine Zeile markiert';
$_['js_list_none'] = 'Markieren Sie die Zeilen, die Sie ins ERP übertragen möchten, und klicken Sie dann erneut auf „Übertragen“.';
$_['js_list_choose'] = 'In welches ERP?';
$_['js_list_leave'] = 'Sie können dieses Fenster schließen: Die Arbeit geht weiter und ist unter ERP-Zuordnung zu sehen.';
$_['js_list_open'] = 'Zuordnungen öffnen';

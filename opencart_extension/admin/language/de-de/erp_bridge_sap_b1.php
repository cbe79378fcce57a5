<?php

/**
 * What is said of SAP Business One in other words than of every ERP, part of erp_bridge.php. {names} in
 * braces are replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

$_['sap_b1.intro_categories'] = 'Kategorien werden Artikelgruppen, wenn die Verbindung es unter Katalog sagt. SAP Business One führt sie ohne Ebenen: Einem vergebenen Namen wird der Name der übergeordneten vorangestellt.';
$_['sap_b1.intro_attributes'] = 'Attribute, Optionen und ihre Werte stehen in den Benutzertabellen ERPB_ATTR und ERPB_VALUE, die beim Vorbereiten von SAP Business One in der Verbindung angelegt werden.';
$_['sap_b1.intro_taxes'] = 'Steuerkennzeichen werden nicht nach SAP Business One geschrieben: Verknüpfen Sie jede Steuerklasse des Shops mit dem Steuerkennzeichen, für das sie steht.';
$_['sap_b1.intro_tax_rates'] = 'Steuerkennzeichen werden nicht nach SAP Business One geschrieben: Verknüpfen Sie jeden Satz des Shops mit dem Kennzeichen, das Auftragszeilen mit ihm bekommen (Steuergruppen, oder Verkaufssteuerkennzeichen, wo Ihre Lokalisierung solche hat). Bestellungen mit einem nicht verknüpften Satz warten.';
$_['sap_b1.intro_currencies'] = 'Währungen werden nicht nach SAP Business One geschrieben: Verknüpfen Sie jede mit derselben Währung dort. „Automatisch zuordnen“ findet sie am Kürzel. Eine Fremdwährung braucht einen Tageskurs unter Wechselkurse und Indizes.';
$_['sap_b1.intro_carriers'] = 'Verknüpfen Sie jede Versandart des Shops mit einer Lieferart, oder übertragen Sie sie, um eine in SAP Business One anzulegen. Eine Lieferung mit dieser Lieferart kommt mit ihrem Namen und ihrer Sendungsnummer zurück.';
$_['sap_b1.intro_payment_methods'] = 'Verknüpfen Sie jede Zahlungsart des Shops mit dem Konto, auf das ihre Zahlungen gebucht werden: einem Bankkonto (Überweisung), einem Kassenkonto oder einer Kreditkarte. Mehrere Zahlungsarten dürfen dasselbe haben. Bis dahin warten Bestellungen damit.';
$_['sap_b1.statuses_intro'] = 'Was in SAP Business One geschehen soll, sobald eine Bestellung diesen Status hat. Bereits erledigte Schritte werden nicht wiederholt. Bei einem Status, den Sie offen lassen, entscheidet sein Name („Automatisch zuordnen“ zeigt es), sonst wird es ein nicht genehmigter Kundenauftrag.';
$_['sap_b1.status_undecided'] = '— offen: nach dem Namen, sonst nicht genehmigt —';
$_['sap_b1.status_action_quotation'] = 'Kundenauftrag, nicht genehmigt';
$_['sap_b1.fact_confirmed'] = 'Kundenauftrag genehmigt';
$_['sap_b1.order_state_quotation'] = 'Nicht genehmigt';
$_['sap_b1.price_lists_intro'] = 'Wählen Sie die Preisliste von SAP Business One, deren Preise eine Kundengruppe sieht. Gruppen ohne eine zahlen den Preis des Produkts.';
$_['sap_b1.prepare_title'] = 'SAP Business One vorbereiten';
$_['sap_b1.prepare_intro'] = 'Bevor die Bridge etwas schreibt, braucht SAP Business One die Benutzertabellen und Benutzerfelder, in denen die Bridge ihre Schlüssel führt, damit nichts je doppelt angelegt wird. Sie werden einmal angelegt, und nur wenn Sie es sagen; am besten, während niemand in der Firma arbeitet. Die Tabellen von SAP und Ihre Daten bleiben, wie sie sind.';
$_['sap_b1.js_prepare_title'] = 'SAP Business One vorbereiten?';
$_['sap_b1.js_prepare_text'] = 'Diese Benutzertabellen und Benutzerfelder werden in der Firma angelegt:';
$_['sap_b1.js_prepare_busy'] = 'Die Benutzertabellen und -felder werden angelegt… das kann einige Minuten dauern.';
$_['sap_b1.connection_saved_next'] = 'Prüfen Sie sie, bereiten Sie dann unten SAP Business One vor und wählen Sie aus dem, was es hat, z. B. die Frachten.';

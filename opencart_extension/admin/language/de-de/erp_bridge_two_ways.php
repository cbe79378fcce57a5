<?php

/**
 * Texts of ERP Bridge about records that come from the ERP, part of erp_bridge.php. {names} in braces are
 * replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

// Menu and headings
$_['menu_conflicts'] = 'Konflikte';
$_['menu_stock'] = 'Bestand';
$_['menu_prices'] = 'Preise';
$_['heading_conflicts'] = 'Konflikte zwischen Shop und ERP';
$_['heading_stock'] = 'Bestand aus dem ERP';
$_['heading_prices'] = 'Preise aus dem ERP';
$_['link_conflicts'] = 'Entscheiden';

// Kinds of records
$_['entity_stock'] = 'Bestand';
$_['entity_prices'] = 'Preise';
$_['one_stock'] = 'Bestand des Produkts';
$_['one_prices'] = 'Preise des Produkts';
$_['job_from_erp'] = '{entity}, aus dem ERP';
$_['column_changes_shop'] = 'Änderungen (Shop jetzt → dann)';

// Directions
$_['direction_to_erp'] = 'Ins ERP';
$_['direction_from_erp'] = 'Aus dem ERP';
$_['button_short_changed'] = 'Geändertes';
$_['button_short_all'] = 'Alles';
$_['button_short_preview'] = 'Vorschau';
$_['button_to_erp_changed_help'] = 'Überträgt ins ERP, was sich seit dem letzten Mal geändert hat';
$_['button_to_erp_all_help'] = 'Vergleicht jeden Datensatz und überträgt, was abweicht';
$_['button_to_erp_preview_help'] = 'Zeigt, was im ERP geändert würde; es wird nichts geschrieben';
$_['button_from_erp_changed_help'] = 'Holt in den Shop, was sich im ERP seit dem letzten Mal geändert hat';
$_['button_from_erp_all_help'] = 'Vergleicht jeden Datensatz des ERP, der für den Shop bestimmt ist, und holt, was abweicht';
$_['button_from_erp_preview_help'] = 'Zeigt, was im Shop geändert würde; es wird nichts geschrieben';
$_['button_ticked_to_erp'] = 'Markierte ins ERP';
$_['button_ticked_from_erp'] = 'Markierte aus dem ERP';
$_['mapping_not_offered'] = 'Das ERP dieser Verbindung bietet dem Shop nichts dieser Art an.';
$_['intro_stock'] = 'Mengen kommen von selbst aus dem ERP, und sofort, wo das ERP Änderungen meldet. Welche Lager zählen und was zurückbehalten wird, steht in der Verbindung unter „Bestand“.';
$_['intro_prices'] = 'Preise kommen aus dem ERP für Produkte, die verknüpft sind. Wie sie umgerechnet werden, steht in der Verbindung unter „Preise“. Der eigene Preis des Produkts kommt nur, wo in der Verbindung unter „Wer hat recht“ das ERP über Preise entscheidet.';
$_['list_menu'] = 'Richtung wählen';

// Price lists
$_['price_lists_title'] = 'Preislisten';
$_['price_lists_intro'] = 'Wählen Sie die Preisliste des ERP, deren Preise eine Kundengruppe sieht. Gruppen ohne Liste zahlen den Preis des Produkts.';
$_['price_lists_saved'] = 'Die Preislisten sind gespeichert. Sie gelten ab der nächsten Übertragung der Preise.';
$_['price_list_none'] = '— der Preis des Produkts —';
$_['price_list_special'] = 'als Sonderangebot mit durchgestrichenem altem Preis';
$_['column_customer_group'] = 'Kundengruppe';
$_['column_price_list'] = 'Preisliste des ERP';
$_['column_special'] = 'Anzeige';

// Conflicts
$_['intro_conflicts'] = 'Diese Datensätze wurden auf beiden Seiten geändert, und die Verbindung überlässt Ihnen, wer recht hat. Bis Sie entscheiden, behält jede Seite ihren Stand; Felder, die Sie offen lassen, bleiben auf dieser Liste.';
$_['conflicts_none'] = 'Es gibt keinen Konflikt.';
$_['conflict_since'] = 'seit {time}';
$_['conflict_open_erp'] = 'Im ERP öffnen';
$_['conflict_empty'] = '(leer)';
$_['conflict_whole'] = 'Ganz zeigen';
$_['column_field'] = 'Feld';
$_['side_shop'] = 'Im Shop';
$_['side_erp'] = 'Im ERP';
$_['button_settle'] = 'Auswahl übernehmen';
$_['button_settle_shop'] = 'Alles aus dem Shop';
$_['button_settle_erp'] = 'Alles aus dem ERP';
$_['dashboard_conflicts'] = '{n} Datensätze wurden im Shop und im ERP geändert: Entscheiden Sie, wer recht hat.';

// Fields of records
$_['field_name'] = 'Name';
$_['field_description'] = 'Beschreibung';
$_['field_meta_title'] = 'Meta-Titel';
$_['field_meta_description'] = 'Meta-Beschreibung';
$_['field_meta_keyword'] = 'Meta-Schlüsselwörter';
$_['field_tags'] = 'Tags';
$_['field_seo_keyword'] = 'SEO-Schlüsselwort';
$_['field_model'] = 'Modell';
$_['field_sku'] = 'SKU';
$_['field_barcode'] = 'Barcode';
$_['field_codes'] = 'Codes';
$_['field_price'] = 'Preis';
$_['field_weight'] = 'Gewicht';
$_['field_weight_unit'] = 'Gewichtseinheit';
$_['field_length'] = 'Länge';
$_['field_width'] = 'Breite';
$_['field_height'] = 'Höhe';
$_['field_length_unit'] = 'Längeneinheit';
$_['field_active'] = 'Aktiv';
$_['field_categories'] = 'Kategorien';
$_['field_manufacturer'] = 'Hersteller';
$_['field_options'] = 'Optionen';
$_['field_variants'] = 'Varianten';
$_['field_specs'] = 'Attribute';
$_['field_images'] = 'Weitere Bilder';
$_['field_image'] = 'Bild';
$_['field_tax_class'] = 'Steuerklasse';
$_['field_parent'] = 'Übergeordnete Kategorie';
$_['field_sort_order'] = 'Reihenfolge';
$_['field_group_texts'] = 'Texte';
$_['field_group_seo'] = 'SEO';
$_['field_group_codes'] = 'Codes';
$_['field_group_price'] = 'Preis';
$_['field_group_measures'] = 'Maße';
$_['field_group_status'] = 'Status';
$_['field_group_places'] = 'Kategorien und Hersteller';
$_['field_group_options'] = 'Optionen';
$_['field_group_attributes'] = 'Attribute';
$_['field_group_images'] = 'Bilder';
$_['field_group_tax'] = 'Steuer';
$_['field_group_other'] = 'Sonstiges';

// Connections
$_['form_group_from_the_erp'] = 'Aus dem ERP';
$_['form_group_stock'] = 'Bestand';
$_['form_group_prices'] = 'Preise';
$_['form_group_who_is_right'] = 'Wer hat recht';
$_['buttons_title'] = 'Schaltflächen im ERP';
$_['buttons_intro'] = 'Die Bridge kann in die Menüs des ERP „Synchronize to OpenCart“ einfügen, dazu Listen dessen, was verknüpft ist, was lief und was wartet. Dort muss nichts installiert werden, und „Entfernen“ nimmt alles zurück.';
$_['buttons_installed'] = 'Eingerichtet';
$_['buttons_none'] = 'Nicht eingerichtet';
$_['buttons_push'] = 'Das ERP meldet Änderungen sofort.';
$_['buttons_no_push'] = 'Das ERP wird in kurzen Abständen nach Änderungen gefragt.';
$_['button_buttons_install'] = 'Schaltflächen einrichten';
$_['button_buttons_again'] = 'Erneut einrichten';
$_['button_buttons_remove'] = 'Schaltflächen entfernen';

$_['prepare_title'] = 'ERP vorbereiten';
$_['prepare_intro'] = 'Bevor die Bridge etwas schreibt, braucht das ERP einen Platz für das, was die Bridge dort ablegt. Er wird einmal angelegt, und nur wenn Sie es sagen.';
$_['prepare_done'] = 'Vorbereitet';
$_['prepare_open'] = 'Noch nicht vorbereitet';
$_['prepare_missing'] = 'Was fehlt:';
$_['button_prepare'] = 'Vorbereiten …';

// Texts of the page's JavaScript
$_['js_prepare_title'] = 'ERP vorbereiten?';
$_['js_prepare_text'] = 'Dies wird im ERP angelegt:';
$_['js_prepare_go'] = 'Anlegen';
$_['js_prepare_busy'] = 'Das ERP wird vorbereitet… das kann einige Minuten dauern.';
$_['js_from_all_title'] = 'Alles aus dem ERP holen?';
$_['js_from_all_text'] = 'Jeder Datensatz des ERP, der für den Shop bestimmt ist, wird verglichen, und was abweicht, wird in den Shop geschrieben. Bei vielen Datensätzen dauert das; Sie können die Seite verlassen.';
$_['js_from_all_go'] = 'Alles holen';
$_['js_list_to_erp'] = 'Ins ERP';
$_['js_list_from_products'] = 'Aus dem ERP';
$_['js_list_from_categories'] = 'Aus dem ERP';
$_['js_list_from_stock'] = 'Bestand aus dem ERP';
$_['js_list_from_prices'] = 'Preise aus dem ERP';
$_['js_list_title_products'] = 'Aus dem ERP ({n} markiert)';
$_['js_list_title_categories'] = 'Aus dem ERP ({n} markiert)';
$_['js_list_title_stock'] = 'Bestand aus dem ERP ({n} markiert)';
$_['js_list_title_prices'] = 'Preise aus dem ERP ({n} markiert)';
$_['js_list_choose_from'] = 'Aus welchem ERP?';
$_['js_buttons_busy'] = 'Das ERP wird gefragt… das kann einige Sekunden dauern.';
$_['js_buttons_remove_title'] = 'Schaltflächen im ERP entfernen?';
$_['js_buttons_remove_text'] = 'Schaltflächen, Menü und Listen der Bridge werden aus dem ERP entfernt. Datensätze bleiben, wie sie sind.';
$_['js_buttons_remove_go'] = 'Entfernen';

// Problems in the shop
$_['problem_shop_no_source_cause'] = 'Keine aktive ERP-Verbindung bietet dies dem Shop an.';
$_['problem_shop_no_source_fix'] = 'Fügen Sie unter ERP-Zuordnung > Verbindungen eine Verbindung hinzu oder setzen Sie eine fort.';
$_['problem_shop_nothing_chosen_cause'] = 'Es ist keine Seite gewählt.';
$_['problem_shop_nothing_chosen_fix'] = 'Wählen Sie für jedes Feld den Wert des Shops oder des ERP, oder nehmen Sie eine Seite für alle.';

<?php

/**
 * Texts of ERP Bridge about records that come from the ERP, part of erp_bridge.php. {names} in braces are
 * replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

// Menu and headings
$_['menu_conflicts'] = 'Conflicts';
$_['menu_stock'] = 'Stock';
$_['menu_prices'] = 'Prices';
$_['heading_conflicts'] = 'Conflicts between shop and ERP';
$_['heading_stock'] = 'Stock from the ERP';
$_['heading_prices'] = 'Prices from the ERP';
$_['link_conflicts'] = 'Decide';

// Kinds of records
$_['entity_stock'] = 'Stock';
$_['entity_prices'] = 'Prices';
$_['one_stock'] = 'Stock of product';
$_['one_prices'] = 'Prices of product';
$_['job_from_erp'] = '{entity}, from the ERP';
$_['column_changes_shop'] = 'Changes (shop now → then)';

// Directions
$_['direction_to_erp'] = 'To the ERP';
$_['direction_from_erp'] = 'From the ERP';
$_['button_short_changed'] = 'Changed';
$_['button_short_all'] = 'All';
$_['button_short_preview'] = 'Preview';
$_['button_to_erp_changed_help'] = 'Sends what changed since the last time to the ERP';
$_['button_to_erp_all_help'] = 'Compares every record and sends what differs';
$_['button_to_erp_preview_help'] = 'Shows what would be changed in the ERP; nothing is written';
$_['button_from_erp_changed_help'] = 'Brings what changed in the ERP since the last time into the shop';
$_['button_from_erp_all_help'] = 'Compares every record of the ERP that is meant for the shop, and brings what differs';
$_['button_from_erp_preview_help'] = 'Shows what would be changed in the shop; nothing is written';
$_['button_ticked_to_erp'] = 'Ticked to the ERP';
$_['button_ticked_from_erp'] = 'Ticked from the ERP';
$_['mapping_not_offered'] = 'The ERP of this connection offers nothing of this kind to the shop.';
$_['intro_stock'] = 'Quantities come from the ERP by themselves, and at once where the ERP tells of changes. Which warehouses count, and what is kept back, is set in the connection under Stock.';
$_['intro_prices'] = 'Prices come from the ERP for products that are linked. How they are converted is set in the connection under Prices. The product\'s own price comes only where the connection says, under Who is right, that the ERP is right about prices.';
$_['list_menu'] = 'Choose the direction';

// Price lists
$_['price_lists_title'] = 'Price lists';
$_['price_lists_intro'] = 'Choose the price list of the ERP whose prices a customer group sees. Groups without one pay the product\'s own price.';
$_['price_lists_saved'] = 'The price lists are saved. They count from the next synchronization of prices on.';
$_['price_list_none'] = '— the product\'s own price —';
$_['price_list_special'] = 'as a special, with the old price crossed out';
$_['column_customer_group'] = 'Customer group';
$_['column_price_list'] = 'Price list of the ERP';
$_['column_special'] = 'Shown';

// Conflicts
$_['intro_conflicts'] = 'These records were changed on both sides, and the connection leaves it to you who is right. Until you decide, both sides keep what they have; fields that you leave open stay on this list.';
$_['conflicts_none'] = 'There is no conflict.';
$_['conflict_since'] = 'since {time}';
$_['conflict_open_erp'] = 'Open in the ERP';
$_['conflict_empty'] = '(empty)';
$_['conflict_whole'] = 'Show all of it';
$_['column_field'] = 'Field';
$_['side_shop'] = 'In the shop';
$_['side_erp'] = 'In the ERP';
$_['button_settle'] = 'Take what is picked';
$_['button_settle_shop'] = 'All from the shop';
$_['button_settle_erp'] = 'All from the ERP';
$_['dashboard_conflicts'] = '{n} records were changed in the shop and in the ERP: decide who is right.';

// Fields of records
$_['field_name'] = 'Name';
$_['field_description'] = 'Description';
$_['field_meta_title'] = 'Meta title';
$_['field_meta_description'] = 'Meta description';
$_['field_meta_keyword'] = 'Meta keywords';
$_['field_tags'] = 'Tags';
$_['field_seo_keyword'] = 'SEO keyword';
$_['field_model'] = 'Model';
$_['field_sku'] = 'SKU';
$_['field_barcode'] = 'Barcode';
$_['field_codes'] = 'Codes';
$_['field_price'] = 'Price';
$_['field_weight'] = 'Weight';
$_['field_weight_unit'] = 'Unit of weight';
$_['field_length'] = 'Length';
$_['field_width'] = 'Width';
$_['field_height'] = 'Height';
$_['field_length_unit'] = 'Unit of length';
$_['field_active'] = 'Enabled';
$_['field_categories'] = 'Categories';
$_['field_manufacturer'] = 'Manufacturer';
$_['field_options'] = 'Options';
$_['field_variants'] = 'Variants';
$_['field_specs'] = 'Attributes';
$_['field_images'] = 'More images';
$_['field_image'] = 'Image';
$_['field_tax_class'] = 'Tax class';
$_['field_parent'] = 'Parent category';
$_['field_sort_order'] = 'Sort order';
$_['field_group_texts'] = 'Texts';
$_['field_group_seo'] = 'SEO';
$_['field_group_codes'] = 'Codes';
$_['field_group_price'] = 'Price';
$_['field_group_measures'] = 'Measures';
$_['field_group_status'] = 'Status';
$_['field_group_places'] = 'Categories and manufacturer';
$_['field_group_options'] = 'Options';
$_['field_group_attributes'] = 'Attributes';
$_['field_group_images'] = 'Images';
$_['field_group_tax'] = 'Tax';
$_['field_group_other'] = 'Other';

// Connections
$_['form_group_from_the_erp'] = 'From the ERP';
$_['form_group_stock'] = 'Stock';
$_['form_group_prices'] = 'Prices';
$_['form_group_who_is_right'] = 'Who is right';
$_['buttons_title'] = 'Buttons in the ERP';
$_['buttons_intro'] = 'The bridge can add "Synchronize to OpenCart" to the menus of the ERP, with lists of what is linked, what ran and what waits. Nothing has to be installed there, and Remove takes all of it back.';
$_['buttons_installed'] = 'Installed';
$_['buttons_none'] = 'Not installed';
$_['buttons_push'] = 'The ERP tells of changes at once.';
$_['buttons_no_push'] = 'The ERP is asked for changes at short intervals.';
$_['button_buttons_install'] = 'Install the buttons';
$_['button_buttons_again'] = 'Install again';
$_['button_buttons_remove'] = 'Remove the buttons';

$_['prepare_title'] = 'Prepare the ERP';
$_['prepare_intro'] = 'Before the bridge writes anything, the ERP needs a place for what the bridge keeps there. It is made once, and only when you say so.';
$_['prepare_done'] = 'Prepared';
$_['prepare_open'] = 'Not prepared yet';
$_['prepare_missing'] = 'What is missing:';
$_['button_prepare'] = 'Prepare …';

// Texts of the page's JavaScript
$_['js_prepare_title'] = 'Prepare the ERP?';
$_['js_prepare_text'] = 'This is made in the ERP:';
$_['js_prepare_go'] = 'Make it';
$_['js_prepare_busy'] = 'The ERP is being prepared… this can take some minutes.';
$_['js_from_all_title'] = 'Bring all from the ERP?';
$_['js_from_all_text'] = 'Every record of the ERP that is meant for the shop is compared, and what differs is written into the shop. With many records this takes a while; you may leave the page.';
$_['js_from_all_go'] = 'Bring all';
$_['js_list_to_erp'] = 'To the ERP';
$_['js_list_from_products'] = 'From the ERP';
$_['js_list_from_categories'] = 'From the ERP';
$_['js_list_from_stock'] = 'Stock from the ERP';
$_['js_list_from_prices'] = 'Prices from the ERP';
$_['js_list_title_products'] = 'From the ERP ({n} ticked)';
$_['js_list_title_categories'] = 'From the ERP ({n} ticked)';
$_['js_list_title_stock'] = 'Stock from the ERP ({n} ticked)';
$_['js_list_title_prices'] = 'Prices from the ERP ({n} ticked)';
$_['js_list_choose_from'] = 'From which ERP?';
$_['js_buttons_busy'] = 'Asking the ERP… this can take some seconds.';
$_['js_buttons_remove_title'] = 'Remove the buttons in the ERP?';
$_['js_buttons_remove_text'] = 'Buttons, menu and lists of the bridge are taken out of the ERP. Records stay as they are.';
$_['js_buttons_remove_go'] = 'Remove';

// Problems in the shop
$_['problem_shop_no_source_cause'] = 'No active ERP connection offers this to the shop.';
$_['problem_shop_no_source_fix'] = 'Add or resume a connection under ERP Mapping > Connections.';
$_['problem_shop_nothing_chosen_cause'] = 'No side is chosen.';
$_['problem_shop_nothing_chosen_fix'] = 'Pick the shop\'s or the ERP\'s value for each field, or take one side for all.';

<?php

/**
 * What is said of SAP Business One in other words than of every ERP, part of erp_bridge.php. {names} in
 * braces are replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

$_['sap_b1.intro_categories'] = 'Categories become item groups, where the connection says so under Catalogue. SAP Business One keeps them in one row: a name that is taken gets its parent\'s in front.';
$_['sap_b1.intro_attributes'] = 'Attributes, options and their values are kept in the user tables ERPB_ATTR and ERPB_VALUE, which are made when SAP Business One is prepared in the connection.';
$_['sap_b1.intro_taxes'] = 'Tax codes are not written to SAP Business One: link each tax class of the shop to the tax code that stands for it.';
$_['sap_b1.intro_tax_rates'] = 'Tax codes are not written to SAP Business One: link each rate of the shop to the tax code that order lines with it get (tax groups, or sales tax codes where your localisation has those). Orders with a rate that is not linked wait.';
$_['sap_b1.intro_currencies'] = 'Currencies are not written to SAP Business One: link each to the same currency there. Auto-map finds them by their code. A foreign currency needs a rate for the day in Exchange Rates and Indexes.';
$_['sap_b1.intro_carriers'] = 'Link each shipping method of the shop to a shipping type, or synchronize to make one in SAP Business One. A delivery with this shipping type comes back with its name and its tracking number.';
$_['sap_b1.intro_payment_methods'] = 'Link each payment method of the shop to the account that its payments are booked on: a bank account (transfer), a cash account, or a credit card. Several methods may have the same. Until then orders with it wait.';
$_['sap_b1.statuses_intro'] = 'What is to be done in SAP Business One once an order has this status. Steps that were done already are not repeated. A status that you leave open gets what its name says (Auto-map shows it), else a sales order that is not approved.';
$_['sap_b1.status_undecided'] = '— open: by its name, else not approved —';
$_['sap_b1.status_action_quotation'] = 'Sales order, not approved';
$_['sap_b1.fact_confirmed'] = 'Sales order approved';
$_['sap_b1.order_state_quotation'] = 'Not approved';
$_['sap_b1.price_lists_intro'] = 'Choose the price list of SAP Business One whose prices a customer group sees. Groups without one pay the product\'s own price.';
$_['sap_b1.prepare_title'] = 'Prepare SAP Business One';
$_['sap_b1.prepare_intro'] = 'Before the bridge writes anything, SAP Business One needs the user tables and user fields in which the bridge keeps its keys, so that nothing is ever made twice. They are made once, and only when you say so; best while nobody works in the company. SAP\'s own tables and your data stay as they are.';
$_['sap_b1.js_prepare_title'] = 'Prepare SAP Business One?';
$_['sap_b1.js_prepare_text'] = 'These user tables and user fields are made in the company:';
$_['sap_b1.js_prepare_busy'] = 'The user tables and fields are being made… this can take some minutes.';
$_['sap_b1.connection_saved_next'] = 'Test it, then prepare SAP Business One below and choose from what it has, e.g. the freights.';

<?php

/**
 * Texts of ERP Bridge. {names} in braces are replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

// Menu and headings
$_['menu'] = 'ERP Mapping';
$_['menu_jobs'] = 'Dashboard and jobs';
$_['menu_connections'] = 'Connections';
$_['menu_categories'] = 'Categories';
$_['menu_attributes'] = 'Attributes & options';
$_['menu_products'] = 'Products';
$_['menu_manufacturers'] = 'Manufacturers';
$_['menu_settings'] = 'Settings';
$_['crumb_home'] = 'Home';
$_['heading_jobs'] = 'Dashboard and jobs';
$_['heading_connections'] = 'ERP connections';
$_['heading_categories'] = 'Categories in the ERP';
$_['heading_attributes'] = 'Attributes and options in the ERP';
$_['heading_products'] = 'Products in the ERP';
$_['heading_manufacturers'] = 'Manufacturers in the ERP';
$_['heading_settings'] = 'ERP Bridge settings';

// Buttons
$_['button_save'] = 'Save';
$_['button_back'] = 'Back';
$_['button_test'] = 'Test';
$_['button_repair'] = 'Repair events';

// Links to where a problem is mended
$_['link_settings'] = 'Open the settings';
$_['link_connections'] = 'Open the connections';

// Panels
$_['text_fix'] = 'What to do';
$_['text_record'] = 'Record';
$_['text_try_again'] = 'Try again';
$_['text_level_ok'] = 'In order';
$_['text_level_warning'] = 'Warning';
$_['text_level_error'] = 'Problem';

// Settings
$_['settings_agent'] = 'Agent';
$_['settings_intro'] = 'The agent is the program that reads this shop\'s database and talks to the ERP. It runs on your server, beside the shop.';
$_['settings_url'] = 'Agent\'s address';
$_['settings_url_help'] = 'As the agent shows it when it starts, e.g. http://127.0.0.1:8765';
$_['settings_key'] = 'Pairing key';
$_['settings_key_help'] = 'Run "erp-bridge pairing show" on the agent\'s machine and paste the whole line here. It begins with erpb1.';
$_['settings_key_stored'] = 'A key is stored ({key}). Leave the field empty to keep it.';
$_['settings_key_none'] = 'No key is stored yet.';
$_['settings_ca_file'] = 'CA file';
$_['settings_ca_file_help'] = 'Only for an https address with a certificate of your own authority: path of its PEM file on this server.';
$_['settings_saved'] = 'The settings are saved.';
$_['settings_test_result'] = 'Test';
$_['settings_test_hint'] = 'The test uses what stands in the form, saved or not.';
$_['settings_versions'] = 'Extension {version} on OpenCart {opencart}';
$_['settings_events'] = 'Events';
$_['events_intro'] = 'By its events the extension adds the menu and the buttons, and notes which records changed.';
$_['events_whole'] = 'All {count} events are in place.';
$_['events_broken'] = 'The events are not in order, which happens when OpenCart is upgraded or another extension removes them.';
$_['events_missing'] = 'Missing';
$_['events_disabled'] = 'Switched off';
$_['events_foreign'] = 'Of another version';
$_['events_fix'] = 'Click Repair events. Nothing else is changed.';
$_['events_repaired'] = 'The events are repaired.';
$_['error_url'] = 'Enter an address that begins with http:// or https://';
$_['error_key'] = 'This is no complete pairing key. It begins with erpb1. and has three parts.';
$_['error_ca_file'] = 'The web server cannot read this file. Check the path and the rights.';

// The settings' test
$_['check_reach_ok'] = 'The agent answers, and the pairing key is right.';
$_['check_version_ok'] = 'Agent {agent} and extension {extension} fit together.';
$_['check_version_cause'] = 'Agent {agent} and extension {extension} do not fit together.';
$_['check_version_fix'] = 'Bring both to the same version: upload the newer extension, or upgrade the agent.';
$_['check_database_ok'] = 'The agent reads this shop: {products} products in {shop}.';
$_['check_database_cause'] = 'The agent reads another database ({agent}) than this shop uses ({shop}).';
$_['check_database_fix'] = 'Set the shop\'s database and table prefix in the agent\'s configuration file, then restart the agent.';
$_['check_address_cause'] = 'The agent knows this shop under another address ({agent}) than it has now ({shop}).';
$_['check_address_fix'] = 'If the shop moved, confirm the new address in the agent. If this is a copy of the shop, give the copy an agent of its own.';
$_['check_events_ok'] = 'All events of the extension are in place.';
$_['check_events_cause'] = 'Events of the extension are missing or changed.';
$_['check_events_fix'] = 'Click Repair events below.';

// Problems with the agent
$_['problem_pairing_missing_cause'] = 'The shop is not paired with an agent yet.';
$_['problem_pairing_missing_fix'] = 'Run "erp-bridge pairing show" on the agent\'s machine and paste the key into the extension\'s settings.';
$_['problem_agent_url_cause'] = 'The agent\'s address "{url}" is no web address.';
$_['problem_agent_url_fix'] = 'Enter it as http://127.0.0.1:8765 or https://host.example:8765 in the settings.';
$_['problem_agent_refused_cause'] = 'Nobody answers at {url}: the agent is not running, or it listens elsewhere.';
$_['problem_agent_refused_fix'] = 'Start it with "systemctl start erp-bridge" and look at "systemctl status erp-bridge"; then compare the address with the one in the settings.';
$_['problem_agent_host_cause'] = 'The name of the host in {url} is not known.';
$_['problem_agent_host_fix'] = 'Check the address for typing errors; when the agent runs on this machine, use 127.0.0.1.';
$_['problem_agent_timeout_cause'] = 'The agent at {url} did not answer in time.';
$_['problem_agent_timeout_fix'] = 'Check that no firewall is in the way and that the machine is not overloaded, then try again. Work that was begun goes on.';
$_['problem_agent_tls_cause'] = 'The certificate of {url} is not trusted ({detail}).';
$_['problem_agent_tls_fix'] = 'Use a certificate of a known authority, or set the CA file of your own authority in the settings.';
$_['problem_agent_ca_file_cause'] = 'The CA file cannot be used ({detail}).';
$_['problem_agent_ca_file_fix'] = 'Enter the path of a PEM file that the web server may read, or leave the field empty.';
$_['problem_agent_large_cause'] = 'The agent\'s answer is too large.';
$_['problem_agent_large_fix'] = 'Show fewer rows on one page.';
$_['problem_agent_no_curl_cause'] = 'PHP on this server has no curl extension.';
$_['problem_agent_no_curl_fix'] = 'Install it (on Debian and Ubuntu: apt install php-curl) and restart the web server.';
$_['problem_agent_other_cause'] = 'The agent at {url} cannot be reached ({detail}).';
$_['problem_agent_other_fix'] = 'Check the address, and that http or https fits what the agent speaks.';
$_['problem_agent_redirect_cause'] = 'The server at {url} sends calls on to another address ({to}).';
$_['problem_agent_redirect_fix'] = 'Enter the final address in the settings; with https where the server wants it.';
$_['problem_agent_html_cause'] = 'At {url} a web page answers, not the agent (status {status}).';
$_['problem_agent_html_fix'] = 'Enter the agent\'s own address and port, not the shop\'s or a proxy\'s.';
$_['problem_agent_foreign_cause'] = 'At {url} another program answers, not the agent (status {status}).';
$_['problem_agent_foreign_fix'] = 'Enter the agent\'s own address and port; "erp-bridge doctor" shows it.';
$_['problem_agent_gateway_cause'] = 'A proxy at {url} answers that the agent behind it is not running (status {status}).';
$_['problem_agent_gateway_fix'] = 'Start the agent with "systemctl start erp-bridge" and check the proxy\'s configuration.';
$_['problem_agent_unsigned_cause'] = 'The answer from {url} is not signed (status {status}): it does not come from the paired agent.';
$_['problem_agent_unsigned_fix'] = 'Check the address, and that no proxy removes the headers Erp-Timestamp and Erp-Signature.';
$_['problem_agent_forged_cause'] = 'The signature of the answer from {url} is wrong: it comes from another agent, or was changed on the way.';
$_['problem_agent_forged_fix'] = 'Paste the pairing key of this agent again, and check that no proxy changes answers.';
$_['problem_agent_status_cause'] = 'The agent answered with status {status} and without a reason.';
$_['problem_agent_status_fix'] = 'Look at the agent\'s log ("journalctl -u erp-bridge"), then try again.';
$_['problem_signature_key_unknown_cause'] = 'The agent does not know this pairing key.';
$_['problem_signature_key_unknown_fix'] = 'Run "erp-bridge pairing show" on the agent\'s machine and paste the key into the settings.';
$_['problem_signature_wrong_cause'] = 'The agent refuses the signature: the pairing key is not the same on both sides, or a proxy changes the calls.';
$_['problem_signature_wrong_fix'] = 'Paste the pairing key again. When the agent is behind a proxy, it must not change the path.';
$_['problem_signature_missing_cause'] = 'The agent received the call without its signature.';
$_['problem_signature_missing_fix'] = 'Check that no proxy removes headers that begin with Erp-.';
$_['problem_signature_replay_cause'] = 'The agent received the same call twice.';
$_['problem_signature_replay_fix'] = 'Try again. When it happens often, look for a proxy that repeats calls.';
$_['problem_signature_clock_cause'] = 'The clocks of shop and agent differ by {minutes} minutes.';
$_['problem_signature_clock_fix'] = 'Set both clocks by NTP ("timedatectl set-ntp true").';

// Problems in the shop
$_['problem_shop_permission_cause'] = 'Your user group may not do this.';
$_['problem_shop_permission_fix'] = 'Ask the shop\'s owner to allow it under System > Users > User Groups.';
$_['problem_shop_method_cause'] = 'This change was not sent by a button of the page.';
$_['problem_shop_method_fix'] = 'Open the page again and click the button.';
$_['problem_shop_form_cause'] = 'Something in the form is missing or wrong.';
$_['problem_shop_form_fix'] = 'Correct the marked fields.';
$_['problem_shop_unexpected_cause'] = 'Something unexpected happened in the extension.';
$_['problem_shop_unexpected_fix'] = 'Look at System > Maintenance > Error Logs for the line that begins with "ERP Bridge".';

// Texts of the page's JavaScript
$_['js_busy'] = 'One moment…';
$_['js_close'] = 'Close';
$_['js_cancel'] = 'Cancel';
$_['js_fix'] = 'What to do';
$_['js_lost_cause'] = 'The shop did not answer.';
$_['js_lost_fix'] = 'Check your connection and try again. Work that was begun goes on.';
$_['js_login_cause'] = 'Your login has ended.';
$_['js_login_fix'] = 'Open the page again and log in. Work that was begun goes on.';

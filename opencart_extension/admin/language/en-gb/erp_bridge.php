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
$_['menu_taxes'] = 'Taxes';
$_['menu_settings'] = 'Settings';
$_['crumb_home'] = 'Home';
$_['heading_jobs'] = 'Dashboard and jobs';
$_['heading_connections'] = 'ERP connections';
$_['heading_categories'] = 'Categories in the ERP';
$_['heading_attributes'] = 'Attributes and options in the ERP';
$_['heading_products'] = 'Products in the ERP';
$_['heading_manufacturers'] = 'Manufacturers in the ERP';
$_['heading_taxes'] = 'Taxes in the ERP';
$_['heading_settings'] = 'ERP Bridge settings';

// Buttons
$_['button_save'] = 'Save';
$_['button_back'] = 'Back';
$_['button_test'] = 'Test';
$_['button_repair'] = 'Repair events';
$_['button_changed'] = 'Synchronize changed';
$_['button_changed_help'] = 'Sends what changed since the last time to the ERP';
$_['button_all'] = 'Synchronize all';
$_['button_all_help'] = 'Compares every record and sends what differs';
$_['button_preview'] = 'Preview';
$_['button_preview_help'] = 'Shows what Synchronize would change; nothing is written';
$_['button_auto'] = 'Auto-map';
$_['button_auto_help'] = 'Finds records that the ERP has already; you see them before they are linked';
$_['button_ticked'] = 'Synchronize ticked';
$_['button_filter'] = 'Filter';
$_['button_add_connection'] = 'Add connection';
$_['button_edit'] = 'Edit';
$_['button_remove'] = 'Remove';
$_['button_pause'] = 'Pause';
$_['button_resume'] = 'Resume';
$_['button_release'] = 'Try again';
$_['button_drop'] = 'Give up';
$_['button_to_products'] = 'Synchronize products';
$_['list_button'] = 'Synchronize';
$_['list_button_help'] = 'Sends the ticked rows to the ERP';

// Links to where a problem is mended
$_['link_settings'] = 'Open the settings';
$_['link_connections'] = 'Open the connections';

// Panels
$_['text_fix'] = 'What to do';
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
$_['check_events_fix'] = 'Click Repair events in the extension\'s settings.';

// Kinds of records
$_['entity_categories'] = 'Categories';
$_['entity_attributes'] = 'Attributes and options';
$_['entity_attribute_values'] = 'Values of attributes and options';
$_['entity_products'] = 'Products';
$_['entity_variants'] = 'Variants';
$_['entity_manufacturers'] = 'Manufacturers';
$_['entity_taxes'] = 'Taxes';
$_['one_categories'] = 'Category';
$_['one_attributes'] = 'Attribute or option';
$_['one_attribute_values'] = 'Value';
$_['one_products'] = 'Product';
$_['one_variants'] = 'Variant';
$_['one_manufacturers'] = 'Manufacturer';
$_['one_taxes'] = 'Tax';
$_['tab_attributes'] = 'Attributes and options';
$_['tab_attribute_values'] = 'Values';
$_['tab_products'] = 'Products';
$_['tab_variants'] = 'Variants';
$_['yes'] = 'Yes';
$_['no'] = 'No';

// Columns
$_['column_store_key'] = 'Shop ID';
$_['column_label'] = 'Name in the shop';
$_['column_state'] = 'State';
$_['column_erp_id'] = 'ERP record';
$_['column_synced_at'] = 'Last synchronized';
$_['column_action'] = 'Action';
$_['column_name'] = 'Name';
$_['column_kind'] = 'ERP';
$_['column_updated'] = 'Changed';
$_['column_record'] = 'Record';
$_['column_cause'] = 'What is wrong';
$_['column_would'] = 'Would be';
$_['column_changes'] = 'Changes (ERP now → then)';
$_['column_job'] = 'Job';
$_['column_what'] = 'What';
$_['column_result'] = 'Result';
$_['column_started'] = 'Started';
$_['column_finished'] = 'Finished';
$_['column_duration'] = 'Took';
$_['column_who'] = 'By';
$_['column_since'] = 'Since';

// Lists
$_['filter_connection'] = 'Connection';
$_['filter_q'] = 'Name or ID';
$_['filter_q_hint'] = 'Part of the name, or an ID';
$_['filter_state'] = 'State';
$_['filter_entity'] = 'What';
$_['filter_any'] = 'Any';
$_['tick_all'] = 'Tick all rows';
$_['pages_text'] = '{from} to {to} of {total}';
$_['pages_none'] = 'No rows';
$_['text_times_in'] = 'Times in {zone}';
$_['seconds'] = '{n} s';
$_['minutes'] = '{n} min {s} s';
$_['hours'] = '{n} h {m} min';

// Mappings
$_['intro_taxes'] = 'Taxes are not written to the ERP: link each tax class of the shop to the sales tax of the ERP that stands for it.';
$_['mapping_new'] = 'Not yet synchronized';
$_['mapping_pending'] = 'In work';
$_['mapping_linked'] = 'Synchronized';
$_['mapping_failed'] = 'Failed';
$_['mapping_held'] = 'Waits';
$_['mapping_excluded'] = 'Excluded';
$_['mapping_archived'] = 'Archived';
$_['mapping_nameless'] = '(no name)';
$_['mapping_by_manual'] = 'linked by hand';
$_['mapping_by_auto'] = 'found by itself';
$_['mapping_none'] = 'The shop has no such records.';
$_['mapping_none_found'] = 'No record fits the filter.';
$_['mapping_connection_paused'] = 'This connection is paused: nothing is sent.';
$_['mapping_linked_now'] = 'The record is linked. Its data are compared with the next synchronization.';
$_['mapping_unlinked_now'] = 'The link is removed. The record in the ERP stays as it is.';
$_['mapping_excluded_now'] = 'The record is excluded and will not be sent.';
$_['mapping_readmitted_now'] = 'The record takes part in synchronizations again.';
$_['action_link_hand'] = 'Link to a record of the ERP';
$_['action_unlink'] = 'Remove the link';
$_['action_exclude'] = 'Exclude from synchronizations';
$_['action_readmit'] = 'Let it take part again';

// Automatic mapping
$_['auto_shop'] = 'In the shop';
$_['auto_erp'] = 'In the ERP';
$_['auto_by'] = 'Found by';
$_['auto_result'] = 'Result';
$_['auto_linked'] = 'Found';
$_['auto_ambiguous'] = 'Several fit';
$_['matched_by_sku'] = 'SKU';
$_['matched_by_barcode'] = 'Barcode';
$_['matched_by_name'] = 'Name';
$_['matched_by_code'] = 'Code';

// Connections
$_['connections_list'] = 'Connections';
$_['connection_form'] = 'How to reach the ERP';
$_['connection_add'] = 'Add connection';
$_['connection_edit'] = 'Connection {name}';
$_['connection_kind'] = 'ERP';
$_['connection_name'] = 'Name';
$_['connection_name_help'] = 'Any name you like, e.g. "Odoo main".';
$_['connection_more'] = 'More settings';
$_['connection_default'] = '— as set in the ERP —';
$_['connection_choices_later'] = 'Save first; then you can choose from what the ERP has.';
$_['connection_secret_stored'] = 'It is stored and never shown. Leave the field empty to keep it.';
$_['connection_active'] = 'Active';
$_['connection_paused'] = 'Paused';
$_['connection_paused_by_hand'] = 'It was paused by hand.';
$_['connection_paused_fix'] = 'Resume it under Connections.';
$_['connection_saved'] = 'The connection {name} is saved.';
$_['connection_saved_next'] = 'Test it, then choose company and warehouse.';
$_['connection_paused_now'] = 'The connection {name} is paused. What is running stops after its present step.';
$_['connection_resumed_now'] = 'The connection {name} works again.';
$_['connection_removed_now'] = 'The connection is removed.';
$_['empty_title'] = 'No ERP is connected yet';
$_['empty_text'] = 'Connect the shop with your ERP, test the connection, then synchronize.';
$_['empty_ask'] = 'Ask somebody who may change connections.';

// Dashboard and jobs
$_['dashboard_agent'] = 'Agent';
$_['dashboard_lamp_ok'] = 'in order';
$_['dashboard_lamp_warning'] = 'works, with warnings';
$_['dashboard_lamp_error'] = 'something is wrong';
$_['dashboard_lamp_down'] = 'cannot be reached';
$_['jobs_title'] = 'Jobs';
$_['jobs_none'] = 'No job has run yet.';
$_['job_heading'] = 'Job {id}: {title}';
$_['job_preview_of'] = 'Preview of {entity}';
$_['job_queued'] = 'Waits to start';
$_['job_running'] = 'Runs';
$_['job_done'] = 'Done';
$_['job_done_troubled'] = 'Done, with problems';
$_['job_failed'] = 'Failed';
$_['job_cancelled'] = 'Cancelled';
$_['job_of'] = '{read} of {total} looked at';
$_['job_so_far'] = '{read} looked at';
$_['job_waits'] = 'waits for a free worker';
$_['job_runs'] = 'at work';
$_['job_stage'] = 'now: {stage}';
$_['origin_cli'] = 'Command line';
$_['origin_admin'] = 'Admin';
$_['origin_event'] = 'Change in the shop';
$_['origin_schedule'] = 'Schedule';
$_['count_read'] = 'looked at';
$_['count_unchanged'] = 'unchanged';
$_['count_created'] = 'created';
$_['count_created_preview'] = 'would be created';
$_['count_updated'] = 'updated';
$_['count_updated_preview'] = 'would be updated';
$_['count_archived'] = 'archived';
$_['count_archived_preview'] = 'would be archived';
$_['count_failed'] = 'failed';
$_['count_held'] = 'waiting';
$_['count_warning'] = 'with a warning';
$_['action_create'] = 'Created';
$_['action_update'] = 'Updated';
$_['action_archive'] = 'Archived';
$_['action_link'] = 'Linked';
$_['records_none'] = 'There are no such records.';
$_['records_none_planned'] = 'Nothing would be changed.';
$_['held_title'] = 'Waiting for you ({n})';
$_['held_intro'] = 'This work cannot go on by itself. Do what is said, then try again; or give it up.';
$_['held_released'] = 'The work is tried again.';
$_['held_dropped'] = 'The work is given up.';

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
$_['problem_agent_not_ready_cause'] = 'The agent runs, but is not ready to work ({code}).';
$_['problem_agent_not_ready_fix'] = 'Run "erp-bridge doctor" on the agent\'s machine: it says what is missing.';
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
$_['problem_shop_request_cause'] = 'The page asked for something that does not exist.';
$_['problem_shop_request_fix'] = 'Reload the page and try again.';
$_['problem_shop_nothing_ticked_cause'] = 'No row is ticked.';
$_['problem_shop_nothing_ticked_fix'] = 'Tick the rows that you want to synchronize.';
$_['problem_shop_too_many_cause'] = 'Too many rows are ticked.';
$_['problem_shop_too_many_fix'] = 'Use Synchronize changed or Synchronize all instead.';
$_['problem_shop_no_connection_cause'] = 'There is no active ERP connection.';
$_['problem_shop_no_connection_fix'] = 'Add or resume one under ERP Mapping > Connections.';
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
$_['js_testing'] = 'Testing… this can take some seconds.';
$_['js_job_cancel'] = 'Cancel';
$_['js_job_retry'] = 'Try again what failed';
$_['js_job_hide'] = 'Hide';
$_['js_job_trouble'] = 'Trying again…';
$_['js_records_failed'] = 'Failed ({n})';
$_['js_records_held'] = 'Waiting ({n})';
$_['js_records_warning'] = 'Warnings ({n})';
$_['js_records_planned'] = 'What would change';
$_['js_link_title'] = 'Link "{label}"';
$_['js_link_hint'] = 'Search the ERP by name, code or ID';
$_['js_link_help'] = 'Choose the record of the ERP that is the same as this one.';
$_['js_link_none'] = 'The ERP has nothing like that.';
$_['js_unlink_title'] = 'Remove the link?';
$_['js_unlink_text'] = 'The bridge forgets which record of the ERP "{label}" is. Nothing is deleted in the ERP.';
$_['js_unlink_go'] = 'Remove the link';
$_['js_all_title'] = 'Synchronize all?';
$_['js_all_text'] = 'Every record is compared with the ERP, and what differs is sent. With a large shop this takes a while; you may leave the page.';
$_['js_all_go'] = 'Synchronize all';
$_['js_auto_title'] = 'Records that the ERP has already';
$_['js_auto_summary'] = '{linked} found, {ambiguous} with several possibilities, {none} not in the ERP.';
$_['js_auto_remaining'] = '{n} more to look at…';
$_['js_auto_done'] = '{n} records are linked.';
$_['js_auto_go'] = 'Link these {n}';
$_['js_test_title'] = 'Test of {label}';
$_['js_choices_loading'] = 'Asking the ERP…';
$_['js_choices_failed'] = 'The ERP\'s list could not be read.';
$_['js_remove_title'] = 'Remove {label}?';
$_['js_remove_text'] = 'The connection and its mappings are removed. Records in the ERP and in the shop stay as they are.';
$_['js_remove_go'] = 'Remove the connection';
$_['js_drop_title'] = 'Give up {label}?';
$_['js_drop_text'] = 'This piece of work is ended without being done. A later change of the record is sent again.';
$_['js_drop_go'] = 'Give up';
$_['js_list_title'] = 'Synchronize {n} rows';
$_['js_list_none_title'] = 'No row is ticked';
$_['js_list_none'] = 'Tick the rows that you want to send to the ERP, then click Synchronize again.';
$_['js_list_choose'] = 'To which ERP?';
$_['js_list_leave'] = 'You may close this window: the work goes on, and ERP Mapping shows it.';
$_['js_list_open'] = 'Open the mappings';

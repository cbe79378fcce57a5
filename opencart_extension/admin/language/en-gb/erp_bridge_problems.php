<?php

/**
 * Texts of ERP Bridge about what goes wrong, part of erp_bridge.php. {names} in braces are replaced.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

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

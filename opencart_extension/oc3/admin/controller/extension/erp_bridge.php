<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

/**
 * Gives the extension's folder a name in System > Users > User Groups: OpenCart 3 asks for access to
 * ``extension/erp_bridge`` before it opens any screen of that folder.
 */
class ControllerExtensionErpBridge extends Controller
{
    use \ErpBridge\Shell\ScreenActions;

    const SCREEN = 'jobs';
}

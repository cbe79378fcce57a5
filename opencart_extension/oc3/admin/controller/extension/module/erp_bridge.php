<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionModuleErpBridge extends Controller
{
    use \ErpBridge\Shell\SettingsActions;

    const SCREEN = 'settings';
}

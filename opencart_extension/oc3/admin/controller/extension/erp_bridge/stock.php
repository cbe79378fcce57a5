<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeStock extends Controller
{
    use \ErpBridge\Shell\MappingActions;

    const SCREEN = 'stock';
}

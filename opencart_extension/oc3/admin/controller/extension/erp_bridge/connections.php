<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeConnections extends Controller
{
    use \ErpBridge\Shell\ConnectionsActions;

    const SCREEN = 'connections';
}

<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeWaiting extends Controller
{
    use \ErpBridge\Shell\WaitingActions;

    const SCREEN = 'waiting';
}

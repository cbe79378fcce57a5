<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeOrderStatuses extends Controller
{
    use \ErpBridge\Shell\StatusActions;

    const SCREEN = 'order_statuses';
}

<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeOrders extends Controller
{
    use \ErpBridge\Shell\OrdersActions;

    const SCREEN = 'orders';
}

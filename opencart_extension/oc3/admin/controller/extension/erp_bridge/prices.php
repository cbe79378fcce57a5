<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgePrices extends Controller
{
    use \ErpBridge\Shell\PricesActions;

    const SCREEN = 'prices';
}

<?php

namespace ErpBridge\Shell;

use ErpBridge\OpenCart\Shop;
use ErpBridge\OpenCart\ShopApi;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The address that the agent calls, signed: ``route=extension/erp_bridge/api&call=<name>``.
 */
trait ApiActions
{
    public function index()
    {
        (new ShopApi(new Shop($this->registry)))->answer();
    }
}

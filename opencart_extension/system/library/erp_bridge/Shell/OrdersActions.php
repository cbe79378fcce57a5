<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the orders screen, and of what OpenCart's own order pages ask for.
 */
trait OrdersActions
{
    use MappingActions;

    public function numbers()
    {
        $this->call('numbers');
    }

    public function panel()
    {
        $this->call('panel');
    }
}

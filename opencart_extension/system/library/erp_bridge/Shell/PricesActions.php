<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the prices screen.
 */
trait PricesActions
{
    use MappingActions;

    public function lists()
    {
        $this->call('lists');
    }

    public function save()
    {
        $this->call('save');
    }
}

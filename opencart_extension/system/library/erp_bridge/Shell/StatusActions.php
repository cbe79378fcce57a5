<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the screen of order statuses.
 */
trait StatusActions
{
    use ScreenActions;

    public function auto()
    {
        $this->call('auto');
    }

    public function actions()
    {
        $this->call('actions');
    }

    public function back()
    {
        $this->call('back');
    }
}

<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the list of what waits.
 */
trait WaitingActions
{
    use ScreenActions;

    public function list()
    {
        $this->call('list');
    }

    public function release()
    {
        $this->call('release');
    }

    public function drop()
    {
        $this->call('drop');
    }
}

<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the jobs screen.
 */
trait JobsActions
{
    use JobActions;

    public function list()
    {
        $this->call('list');
    }

    public function held()
    {
        $this->call('held');
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

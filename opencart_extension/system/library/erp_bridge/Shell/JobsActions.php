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
    use ScreenActions;

    public function list()
    {
        $this->call('list');
    }

    public function progress()
    {
        $this->call('progress');
    }

    public function records()
    {
        $this->call('records');
    }

    public function cancel()
    {
        $this->call('cancel');
    }

    public function retry()
    {
        $this->call('retry');
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

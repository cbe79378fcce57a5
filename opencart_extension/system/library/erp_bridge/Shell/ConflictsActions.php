<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the list of conflicts.
 */
trait ConflictsActions
{
    use ScreenActions;

    public function list()
    {
        $this->call('list');
    }

    public function settle()
    {
        $this->call('settle');
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
}

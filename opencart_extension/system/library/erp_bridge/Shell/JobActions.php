<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of every screen that shows jobs.
 */
trait JobActions
{
    use ScreenActions;

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

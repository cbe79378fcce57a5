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
    use JobActions;

    public function list()
    {
        $this->call('list');
    }

    public function settle()
    {
        $this->call('settle');
    }
}

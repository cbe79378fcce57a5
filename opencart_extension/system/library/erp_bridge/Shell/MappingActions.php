<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of a mapping screen.
 */
trait MappingActions
{
    use JobActions;

    public function list()
    {
        $this->call('list');
    }

    public function offers()
    {
        $this->call('offers');
    }

    public function start()
    {
        $this->call('start');
    }

    public function candidates()
    {
        $this->call('candidates');
    }

    public function link()
    {
        $this->call('link');
    }

    public function unlink()
    {
        $this->call('unlink');
    }

    public function exclude()
    {
        $this->call('exclude');
    }

    public function readmit()
    {
        $this->call('readmit');
    }

    public function auto()
    {
        $this->call('auto');
    }
}

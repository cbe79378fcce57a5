<?php

namespace ErpBridge\Shell;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the connections screen.
 */
trait ConnectionsActions
{
    use ScreenActions;

    public function form()
    {
        $this->call('form');
    }

    public function save()
    {
        $this->call('save');
    }

    public function test()
    {
        $this->call('test');
    }

    public function check()
    {
        $this->call('check');
    }

    public function choices()
    {
        $this->call('choices');
    }

    public function buttons()
    {
        $this->call('buttons');
    }

    public function preparation()
    {
        $this->call('preparation');
    }

    public function prepare()
    {
        $this->call('prepare');
    }

    public function setButtons()
    {
        $this->call('setButtons');
    }

    public function pause()
    {
        $this->call('pause');
    }

    public function resume()
    {
        $this->call('resume');
    }

    public function remove()
    {
        $this->call('remove');
    }
}

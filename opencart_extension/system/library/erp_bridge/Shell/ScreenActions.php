<?php

namespace ErpBridge\Shell;

use ErpBridge\OpenCart\Shop;
use ErpBridge\Screen\Front;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What the controllers of all screens do: hand the call over to the screen named by their SCREEN.
 */
trait ScreenActions
{
    public function index()
    {
        $this->call('index');
    }

    private function call($method)
    {
        (new Front(new Shop($this->registry)))->run(self::SCREEN, $method);
    }
}

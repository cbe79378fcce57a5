<?php

namespace ErpBridge\Shell;

use ErpBridge\OpenCart\Hooks;
use ErpBridge\OpenCart\Shop;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Event handlers of the admin. Called as a route they have no arguments and do nothing.
 */
trait AdminEvents
{
    public function menu(&$route = '', &$data = [])
    {
        if ($route !== '') {
            (new Hooks(new Shop($this->registry)))->menu($data);
        }
    }

    public function button(&$route = '', &$data = [], &$output = '')
    {
        if ($route !== '') {
            (new Hooks(new Shop($this->registry)))->button($route, $output);
        }
    }

    public function record(&$route = '', &$args = [], &$output = null)
    {
        if ($route !== '') {
            (new Hooks(new Shop($this->registry)))->record($route, $args, $output, false);
        }
    }
}

<?php

namespace ErpBridge\Shell;

use ErpBridge\OpenCart\Hooks;
use ErpBridge\OpenCart\Shop;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Event handlers of the storefront. They are public routes: without arguments they do nothing.
 */
trait CatalogEvents
{
    public function record(&$route = '', &$args = [], &$output = null)
    {
        if ($route !== '') {
            (new Hooks(new Shop($this->registry)))->record($route, $args, $output, true);
        }
    }
}

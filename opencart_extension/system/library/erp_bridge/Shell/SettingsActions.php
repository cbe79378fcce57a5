<?php

namespace ErpBridge\Shell;

use ErpBridge\Install\Installer;
use ErpBridge\OpenCart\Shop;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Addresses of the settings screen, and what OpenCart calls when the module is installed or taken out.
 */
trait SettingsActions
{
    use ScreenActions;

    public function save()
    {
        $this->call('save');
    }

    public function test()
    {
        $this->call('test');
    }

    public function repair()
    {
        $this->call('repair');
    }

    public function install()
    {
        $shop = new Shop($this->registry);

        if ($this->mayManageModules($shop)) {
            (new Installer($shop))->install();
        }
    }

    public function uninstall()
    {
        $shop = new Shop($this->registry);

        if ($this->mayManageModules($shop)) {
            (new Installer($shop))->uninstall();
        }
    }

    /**
     * OpenCart checks this before it calls install(); the check is for those who call the route itself.
     * (It takes a parameter because OpenCart 3 tries to call whatever method a route names that needs none.)
     */
    private function mayManageModules($shop)
    {
        return $shop->may('modify', $shop->platform()->isFour() ? 'extension/module' : 'extension/extension/module');
    }
}

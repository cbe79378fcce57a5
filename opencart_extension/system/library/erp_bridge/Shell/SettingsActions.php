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
        if ($this->mayManageModules()) {
            (new Installer(new Shop($this->registry)))->install();
        }
    }

    public function uninstall()
    {
        if ($this->mayManageModules()) {
            (new Installer(new Shop($this->registry)))->uninstall();
        }
    }

    /**
     * OpenCart checks this before it calls install(); the check is for those who call the route itself.
     */
    private function mayManageModules()
    {
        $shop = new Shop($this->registry);

        return $shop->may('modify', $shop->platform()->isFour() ? 'extension/module' : 'extension/extension/module');
    }
}

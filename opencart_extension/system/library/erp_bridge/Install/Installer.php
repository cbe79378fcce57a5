<?php

namespace ErpBridge\Install;

use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Sets the extension up in a shop and takes it back; data and settings stay when it goes.
 */
final class Installer
{
    const SETTINGS = 'module_erp_bridge';
    const WIRING = 'module_erp_bridge_wiring';

    /**
     * Routes whose permissions were given out, with commas between them. They have a code of their own, because
     * OpenCart drops the module's own settings when the module is uninstalled, which 4.x demands before an upgrade.
     */
    const ROUTES = 'erp_bridge_routes';

    /** Where versions before noted the routes. */
    const OLD_ROUTES = 'module_erp_bridge_routes';

    /** @var Shop */
    private $shop;

    /** @var EventList */
    private $events;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
        $this->events = new EventList($shop->platform());
    }

    /**
     * Make tables and events, and give the acting user's group all permissions, or those of screens that are new
     * where it has some from a set-up before; safe to repeat.
     */
    public function install(): void
    {
        $this->removeOtherPlatform();
        $this->repair();
        $this->grant($this->hasScreens() ? $this->newRoutes() : $this->shop->platform()->permissionRoutes());
        $this->remember();
    }

    /**
     * Bring tables and events to what this version of the extension needs, and give the acting user's group the
     * permissions of screens that are new in it: others may have been withheld on purpose.
     */
    public function upgrade(): void
    {
        $this->repair();
        $this->grant($this->newRoutes());
        $this->remember();
    }

    /**
     * Make the tables that are missing, and write the events anew.
     */
    public function repair(): void
    {
        (new Schema($this->shop->db(), DB_PREFIX))->ensure();
        $this->repairEvents();
    }

    /**
     * Tell whether the files are of another version than what is set up in the shop: OpenCart 3 replaces
     * an extension's files and calls nothing.
     */
    public function isOutdated(): bool
    {
        return $this->shop->config(self::WIRING) !== $this->wiring()
            || (string)$this->shop->config(self::ROUTES) === '';
    }

    /**
     * Take the events out; the outbox, the settings and the agent's tables stay.
     */
    public function uninstall(): void
    {
        $this->removeEvents();
        $this->forgetCompiled();
    }

    /**
     * Write the events anew, as this version of OpenCart needs them.
     */
    public function repairEvents(): void
    {
        $this->removeEvents();
        $db = $this->shop->db();

        foreach ($this->events->expected() as $row) {
            $described = $this->shop->platform()->eventHasDescription()
                ? "`description` = '" . $db->escape($row['description']) . "', "
                : '';
            $db->query(
                "INSERT INTO `" . DB_PREFIX . "event` SET `code` = '" . EventList::CODE . "', " . $described
                . "`trigger` = '" . $db->escape($row['trigger']) . "', "
                . "`action` = '" . $db->escape($row['action']) . "', `status` = 1, `sort_order` = 0"
            );
        }
    }

    /**
     * Return what of the events is missing, switched off or left over.
     *
     * @return array{missing: string[], disabled: string[], foreign: string[]}
     */
    public function checkEvents(): array
    {
        $query = $this->shop->db()->query(
            "SELECT `trigger`, `action`, `status` FROM `" . DB_PREFIX . "event`"
            . " WHERE `code` = '" . EventList::CODE . "'"
        );

        return $this->events->compare($query->rows);
    }

    /**
     * Return a fingerprint of what this version sets up.
     */
    private function wiring(): string
    {
        return md5((string)json_encode([
            $this->events->expected(),
            $this->shop->platform()->permissionRoutes(),
            (new Schema($this->shop->db(), DB_PREFIX))->statements(),
        ]));
    }

    /**
     * Take away what the package holds for OpenCart 3: 4.x copies it along, never runs it, and 4.0
     * would list it among the routes of the user groups.
     */
    private function removeOtherPlatform(): void
    {
        if (!$this->shop->platform()->isFour()) {
            return;
        }

        $folder = constant('DIR_EXTENSION') . Platform::CODE . '/upload';

        if (is_dir($folder)) {
            $files = new \RecursiveIteratorIterator(
                new \RecursiveDirectoryIterator($folder, \FilesystemIterator::SKIP_DOTS),
                \RecursiveIteratorIterator::CHILD_FIRST
            );

            foreach ($files as $file) {
                $file->isDir() ? @rmdir($file->getPathname()) : @unlink($file->getPathname());
            }

            @rmdir($folder);
        }

        $this->shop->db()->query(
            "DELETE FROM `" . DB_PREFIX . "extension_path` WHERE `path` = '" . Platform::CODE . "/upload'"
            . " OR `path` LIKE '" . Platform::CODE . "/upload/%'"
        );
    }

    /**
     * Make PHP's opcode cache forget the extension's files. OpenCart 4 wants an upgrade to begin with an
     * uninstall, and the new files must not run beside old ones that the cache still holds.
     */
    private function forgetCompiled(): void
    {
        if (!function_exists('opcache_invalidate')) {
            return;
        }

        $folder = $this->shop->platform()->isFour()
            ? constant('DIR_EXTENSION') . Platform::CODE
            : dirname(__DIR__);
        $files = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator($folder, \FilesystemIterator::SKIP_DOTS)
        );

        foreach ($files as $file) {
            if ($file->getExtension() === 'php') {
                @opcache_invalidate($file->getPathname(), true);
            }
        }
    }

    private function removeEvents(): void
    {
        $this->shop->db()->query("DELETE FROM `" . DB_PREFIX . "event` WHERE `code` = '" . EventList::CODE . "'");
    }

    /**
     * Return the routes that the set-up before did not have.
     *
     * @return string[]
     */
    private function newRoutes(): array
    {
        $noted = (string)$this->shop->config(self::ROUTES) ?: (string)$this->shop->config(self::OLD_ROUTES);

        if ($this->shop->config(self::WIRING) === $this->wiring()) {
            return [];
        }

        $known = $noted === '' ? $this->routesInUse() : explode(',', $noted);

        return array_diff($this->shop->platform()->permissionRoutes(), $known);
    }

    /**
     * Return the routes that any user group has: a set-up that did not note its routes had at least these.
     *
     * @return string[]
     */
    private function routesInUse(): array
    {
        $routes = [];

        foreach ($this->shop->db()->query("SELECT `permission` FROM `" . DB_PREFIX . "user_group`")->rows as $row) {
            foreach ((array)json_decode((string)$row['permission'], true) as $given) {
                $routes = array_merge($routes, (array)$given);
            }
        }

        return $routes;
    }

    private function remember(): void
    {
        $this->shop->saveSettings(self::SETTINGS, [
            'module_erp_bridge_status' => 1,
            self::WIRING => $this->wiring(),
        ]);
        $this->shop->saveSettings(self::ROUTES, [
            self::ROUTES => implode(',', $this->shop->platform()->permissionRoutes()),
        ]);
    }

    /**
     * Tell whether the acting user's group has any of the screens; that of the settings OpenCart itself gives to
     * whoever installs the module.
     */
    private function hasScreens(): bool
    {
        $platform = $this->shop->platform();

        foreach (array_diff($platform->permissionRoutes(), [$platform->screenRoute('settings')]) as $route) {
            if ($this->shop->mayNow('access', $route) || $this->shop->mayNow('modify', $route)) {
                return true;
            }
        }

        return false;
    }

    /**
     * @param string[] $routes
     */
    private function grant(array $routes): void
    {
        $groups = $this->shop->model('user/user_group');
        $groupId = (int)$this->shop->user()->getGroupId();

        foreach ($routes as $route) {
            foreach (['access', 'modify'] as $right) {
                if (!$this->shop->mayNow($right, $route)) {
                    $groups->addPermission($groupId, $right, $route);
                }
            }
        }
    }
}

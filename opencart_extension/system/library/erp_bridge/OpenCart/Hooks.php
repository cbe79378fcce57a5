<?php

namespace ErpBridge\OpenCart;

use ErpBridge\Install\Installer;
use ErpBridge\Outbox\ModelEvents;
use ErpBridge\Outbox\Outbox;
use ErpBridge\Screens;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What the extension does inside pages and models of OpenCart. Nothing here ever throws: the admin's
 * page and the shopper's checkout go on whatever happens.
 */
final class Hooks
{
    const OUTBOX = 'erp_bridge_outbox';

    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    /**
     * Add the ERP Mapping menu to the admin's menus.
     *
     * @param mixed $data the menu view's data, changed in place
     */
    public function menu(&$data): void
    {
        try {
            if (!is_array($data) || !isset($data['menus']) || !is_array($data['menus'])) {
                return;
            }

            $this->upgrade();
            $children = [];

            foreach (Screens::NAMES as $screen) {
                if ($this->shop->may('access', $this->shop->platform()->screenRoute($screen))) {
                    $children[] = [
                        'name' => $this->shop->words()->get('menu_' . $screen) . $this->badge($screen),
                        'href' => htmlspecialchars($this->shop->screenLink($screen), ENT_COMPAT),
                        'children' => [],
                    ];
                }
            }

            if ($children) {
                $data['menus'][] = [
                    'id' => 'menu-erp-bridge',
                    'icon' => $this->shop->platform()->icon('menu'),
                    'name' => $this->shop->words()->get('menu'),
                    'href' => '',
                    'children' => $children,
                ];
            }
        } catch (\Throwable $error) {
            $this->note($error);
        }
    }

    /**
     * Add the Synchronize button to a list page of OpenCart and to an order's page, and what the ERP
     * knows of orders, as far as the user may.
     *
     * @param string $route  the page's view
     * @param mixed  $output the page, changed in place
     */
    public function button(string $route, &$output): void
    {
        try {
            if (!is_string($output)) {
                return;
            }

            $html = $this->addition($route);
            $place = '#(<div class="page-header">\s*<div class="container-fluid">\s*'
                . '<div class="(?:pull-right|float-end)">)#';
            $changed = $html === '' ? null : preg_replace_callback($place, function ($found) use ($html) {
                return $found[1] . $html;
            }, $output, 1);

            if (is_string($changed)) {
                $output = $changed;
            }
        } catch (\Throwable $error) {
            $this->note($error);
        }
    }

    /**
     * Note in the outbox that a record changed.
     *
     * @param mixed $args
     * @param mixed $output
     */
    public function record(string $route, $args, $output, bool $inCatalog): void
    {
        try {
            $customer = $inCatalog ? $this->shop->service('customer') : null;
            $customerId = $customer !== null ? (int)$customer->getId() : 0;
            $event = ModelEvents::read($route, is_array($args) ? array_values($args) : [], $output, $customerId);

            if ($event !== null) {
                $storeId = $inCatalog ? (int)$this->shop->config('config_store_id') : 0;
                $this->outbox()->note($event['kind'], $event['id'], $event['action'], $storeId, $event['before']);
            }
        } catch (\Throwable $error) {
            $this->note($error);
        }
    }

    /**
     * Write what this request noted; called at its end.
     */
    public function flush(): void
    {
        try {
            $this->outbox()->flush();
        } catch (\Throwable $error) {
            $this->note($error);
        }
    }

    /**
     * Return the outbox of this request; the first call has it written at the request's end.
     */
    public function outbox(): Outbox
    {
        $outbox = $this->shop->service(self::OUTBOX);

        if (!$outbox instanceof Outbox) {
            $outbox = new Outbox($this->shop->db(), DB_PREFIX);
            $this->shop->share(self::OUTBOX, $outbox);
            register_shutdown_function([$this, 'flush']);
        }

        return $outbox;
    }

    /**
     * Return how many conflicts the last screen saw: the menu of every page must not ask the agent.
     */
    private function badge(string $screen): string
    {
        $count = $screen === 'conflicts' ? (int)$this->shop->remembered('conflicts', 0) : 0;

        return $count > 0 ? ' (' . $count . ')' : '';
    }

    /**
     * Set up what a newer version needs once its files are there, when somebody comes by who may do so.
     */
    private function upgrade(): void
    {
        try {
            $installer = new Installer($this->shop);
            $mayManage = $this->shop->may('modify', $this->shop->platform()->screenRoute('settings'));

            if ($mayManage && $installer->isOutdated()) {
                $installer->upgrade();
            }
        } catch (\Throwable $error) {
            $this->note($error);
        }
    }

    private function addition(string $route): string
    {
        $button = new ListButton($this->shop);
        $screen = $this->screenOf($route);
        $order = $route === Screens::ORDER_PAGE ? (int)$this->shop->query('order_id') : 0;

        return $screen !== '' ? $button->html($screen) : ($order > 0 ? $button->orderHtml($order) : '');
    }

    private function screenOf(string $route): string
    {
        foreach (Screens::LIST_BUTTONS as $controller => $screen) {
            if ($this->shop->platform()->listView($controller) === $route) {
                return $screen;
            }
        }

        return '';
    }

    private function note(\Throwable $error): void
    {
        try {
            $this->shop->log($error->getMessage());
        } catch (\Throwable $ignored) {
            return;
        }
    }
}

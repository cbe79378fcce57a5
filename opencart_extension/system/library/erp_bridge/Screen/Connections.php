<?php

namespace ErpBridge\Screen;

use ErpBridge\Agent\Client;
use ErpBridge\OpenCart\Shop;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The agent's ERP connections, and which of them the admin looks at.
 */
final class Connections
{
    /** @var Shop */
    private $shop;

    /** @var array<int, array<string, mixed>> by id */
    private $items = [];

    public function __construct(Shop $shop, Client $client)
    {
        $this->shop = $shop;

        foreach (Plain::items($client->get('/v1/connections', ['limit' => 200])) as $item) {
            $this->items[Plain::number($item, 'id')] = $item;
        }
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    public function items(): array
    {
        return $this->items;
    }

    /**
     * @return array<int, string>
     */
    public function names(): array
    {
        return array_map(function ($item) {
            return Plain::text($item, 'name');
        }, $this->items);
    }

    /**
     * Return the connection that was asked for, else the one looked at before, else the first active one.
     *
     * @return int 0 when there is none at all
     */
    public function chosen(string $asked): int
    {
        foreach ([(int)$asked, (int)$this->shop->remembered('connection', 0)] as $id) {
            if (isset($this->items[$id])) {
                $this->shop->remember('connection', $id);

                return $id;
            }
        }

        $active = $this->active();

        return $active ? $active[0] : (int)key($this->items);
    }

    /**
     * @return int[] ids of those that are not paused
     */
    public function active(): array
    {
        return array_keys(array_filter($this->items, function ($item) {
            return Plain::text($item, 'state') !== 'paused';
        }));
    }
}

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

    /** @var Client */
    private $client;

    /** @var array<int, array<string, mixed>> by id */
    private $items = [];

    /** @var array<string, string[]>|null entities that a kind of ERP offers the shop */
    private $offers;

    public function __construct(Shop $shop, Client $client)
    {
        $this->shop = $shop;
        $this->client = $client;

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
     * @return string kind of a connection's ERP, '' where there is no such connection
     */
    public function kind(int $id): string
    {
        return isset($this->items[$id]) ? Plain::text($this->items[$id], 'kind') : '';
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

    /**
     * Tell whether records of an entity can come from a connection's ERP to the shop.
     */
    public function offers(int $id, string $entity): bool
    {
        if ($entity === '' || !isset($this->items[$id])) {
            return false;
        }

        if ($this->offers === null) {
            $this->offers = [];

            foreach (Plain::items($this->client->get('/v1/connection-kinds')) as $kind) {
                $entities = array_filter(Plain::items($kind, 'to_store'), 'is_string');
                $this->offers[Plain::text($kind, 'kind')] = array_values($entities);
            }
        }

        $kind = $this->kind($id);

        return isset($this->offers[$kind]) && in_array($entity, $this->offers[$kind], true);
    }

    /**
     * @return int[] ids of those that are not paused and from whose ERP records of an entity can come
     */
    public function giving(string $entity): array
    {
        return array_values(array_filter($this->active(), function ($id) use ($entity) {
            return $this->offers($id, $entity);
        }));
    }
}

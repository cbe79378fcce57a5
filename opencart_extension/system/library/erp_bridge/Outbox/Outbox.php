<?php

namespace ErpBridge\Outbox;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Notes what changed in the outbox table. The agent reads and empties it.
 *
 * What a request changes is collected and written once at its end: one row per record, and none
 * before its record is as it shall be. An order without a status is no order yet and gets no row.
 */
final class Outbox
{
    /** As many records are kept in memory; an import writes its rows in portions. */
    const MOST = 200;

    /** Of several changes of one record the strongest is told. */
    const STRENGTH = ['status' => 1, 'save' => 2, 'delete' => 3];

    /** @var object OpenCart's database */
    private $db;

    /** @var string */
    private $prefix;

    /** @var array<string, array{kind: string, id: int, action: string, store: int}> by kind and id */
    private $rows = [];

    /** @var array<string, bool> records whose changes are not told */
    private $hushed = [];

    /**
     * @param object $db
     */
    public function __construct($db, string $prefix)
    {
        $this->db = $db;
        $this->prefix = $prefix;
    }

    /**
     * Take a change down, to be written by :php:meth:`flush`.
     *
     * @param int|null $id     null for the newest product
     * @param bool     $before the change is not done yet: an order is looked at now, as it will be gone
     */
    public function note(string $kind, ?int $id, string $action, int $storeId, bool $before = false): void
    {
        if ($id === null) {
            $id = $this->newestProduct();
        }

        if ($before && $kind === 'order') {
            $stores = $this->storesOfOrders([$id]);

            if (!isset($stores[$id])) {
                return;
            }

            $storeId = $stores[$id];
        }

        $key = $kind . ' ' . $id;

        if ($id < 1 || isset($this->hushed[$key])) {
            return;
        }

        if (isset($this->rows[$key]) && self::STRENGTH[$this->rows[$key]['action']] > self::STRENGTH[$action]) {
            return;
        }

        $this->rows[$key] = ['kind' => $kind, 'id' => $id, 'action' => $action, 'store' => $storeId];

        if (count($this->rows) >= self::MOST) {
            $this->flush();
        }
    }

    /**
     * Tell nobody of this record's changes while $work runs: the agent has asked for them itself.
     *
     * @return mixed what $work returns
     */
    public function hush(string $kind, int $id, callable $work)
    {
        $this->hushed[$kind . ' ' . $id] = true;

        try {
            return $work();
        } finally {
            unset($this->hushed[$kind . ' ' . $id]);
        }
    }

    /**
     * Write what was noted, in one statement. A failure is thrown, never shown; the rows are dropped
     * then, as a sweep of the agent finds what is missing.
     */
    public function flush(): void
    {
        $rows = $this->rows;
        $this->rows = [];
        $orders = [];

        foreach ($rows as $row) {
            if ($row['kind'] === 'order' && $row['action'] !== 'delete') {
                $orders[] = $row['id'];
            }
        }

        $stores = $orders ? $this->storesOfOrders($orders) : [];
        $values = [];

        foreach ($rows as $row) {
            if ($row['kind'] === 'order' && $row['action'] !== 'delete') {
                if (!isset($stores[$row['id']])) {
                    continue;
                }

                $row['store'] = $stores[$row['id']];
            }

            $values[] = "('" . $this->db->escape($row['kind']) . "', " . $row['id'] . ", '"
                . $this->db->escape($row['action']) . "', " . $row['store'] . ", UTC_TIMESTAMP())";
        }

        if ($values) {
            $this->query("INSERT INTO `" . $this->prefix . "erp_outbox`"
                . " (`kind`, `record_id`, `action`, `store_id`, `date_added`) VALUES " . implode(', ', $values));
        }
    }

    /**
     * Return the stores of those orders that have a status, by the order's id.
     *
     * @param int[] $ids
     *
     * @return array<int, int>
     */
    private function storesOfOrders(array $ids): array
    {
        $found = [];
        $query = $this->query("SELECT `order_id`, `store_id` FROM `" . $this->prefix . "order`"
            . " WHERE `order_id` IN (" . implode(', ', $ids) . ") AND `order_status_id` > 0");

        foreach ($query->rows as $row) {
            $found[(int)$row['order_id']] = (int)$row['store_id'];
        }

        return $found;
    }

    private function newestProduct(): int
    {
        $query = $this->query("SELECT MAX(`product_id`) AS `id` FROM `" . $this->prefix . "product`");

        return isset($query->row['id']) ? (int)$query->row['id'] : 0;
    }

    /**
     * @return mixed
     */
    private function query(string $sql)
    {
        // OpenCart 3.0.5 lets PHP print a warning before it throws, in the middle of the shopper's page
        set_error_handler(function () {
            return true;
        });

        try {
            return $this->db->query($sql);
        } finally {
            restore_error_handler();
        }
    }
}

<?php

namespace ErpBridge\OpenCart;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The table of history lines that the agent asked for, and the search for one in an order's history.
 */
final class HistoryTable
{
    /** @var object OpenCart's database */
    private $db;

    /** @var string */
    private $prefix;

    /** @var string */
    private $database;

    /** @var int */
    private $fraudStatus;

    /**
     * @param object $db
     * @param int    $fraudStatus the status that anti-fraud extensions put in place of the one wanted
     */
    public function __construct($db, string $prefix, string $database, int $fraudStatus)
    {
        $this->db = $db;
        $this->prefix = $prefix;
        $this->database = $database;
        $this->fraudStatus = $fraudStatus;
    }

    /**
     * Let no other request work on the order's history through here; it is let go of when this one ends.
     *
     * @return bool false when another one was still at it after $seconds
     */
    public function lock(int $order, int $seconds): bool
    {
        $rows = $this->rows("SELECT GET_LOCK('" . $this->lockName($order) . "', " . $seconds . ") AS `got`");

        return $rows && (int)$rows[0]['got'] === 1;
    }

    public function unlock(int $order): void
    {
        $this->rows("SELECT RELEASE_LOCK('" . $this->lockName($order) . "') AS `released`");
    }

    /**
     * Return what was announced for the event, null when it is new.
     *
     * @return array<string, mixed>|null
     */
    public function announced(string $event): ?array
    {
        $rows = $this->rows("SELECT * FROM `" . $this->prefix . "erp_history`"
            . " WHERE `event` = '" . $this->db->escape($event) . "'");

        return $rows ? $rows[0] : null;
    }

    /**
     * Write down that a line is about to be added.
     *
     * @param array<string, mixed> $line event, order_id, status_id
     *
     * @return int the newest history line of all orders before it
     */
    public function announce(array $line): int
    {
        $rows = $this->rows("SELECT MAX(`order_history_id`) AS `newest` FROM `" . $this->prefix . "order_history`");
        $before = $rows ? (int)$rows[0]['newest'] : 0;
        $this->db->query("INSERT INTO `" . $this->prefix . "erp_history`"
            . " (`event`, `order_id`, `status_id`, `order_history_id`, `newest_before`, `date_added`)"
            . " VALUES ('" . $this->db->escape($line['event']) . "', " . (int)$line['order_id'] . ", "
            . (int)$line['status_id'] . ", NULL, " . $before . ", UTC_TIMESTAMP())");

        return $before;
    }

    /**
     * Write down that an announced line is about to be added after all, with the status it gets now.
     *
     * @param array<string, mixed> $line
     */
    public function announceAgain(array $line): void
    {
        $this->db->query("UPDATE `" . $this->prefix . "erp_history` SET `status_id` = " . (int)$line['status_id']
            . " WHERE `event` = '" . $this->db->escape($line['event']) . "'");
    }

    /**
     * Write down where the line is.
     */
    public function finish(string $event, int $id): int
    {
        $this->db->query("UPDATE `" . $this->prefix . "erp_history` SET `order_history_id` = " . $id
            . " WHERE `event` = '" . $this->db->escape($event) . "'");

        return $id;
    }

    /**
     * Return the lines of an order that are there.
     *
     * @return array<int, array{event: string, order_history_id: int}>
     */
    public function finished(int $order): array
    {
        $rows = $this->rows("SELECT `event`, `order_history_id` FROM `" . $this->prefix . "erp_history`"
            . " WHERE `order_id` = " . $order . " AND `order_history_id` IS NOT NULL ORDER BY `order_history_id`");

        return array_map(function ($row) {
            return ['event' => (string)$row['event'], 'order_history_id' => (int)$row['order_history_id']];
        }, $rows);
    }

    /**
     * Look for a line above $before that no event is known to have made.
     *
     * @param array<string, mixed> $line     order_id, comment
     * @param int[]                $statuses it may have
     *
     * @return int its id, 0 for none
     */
    public function find(array $line, int $before, array $statuses): int
    {
        $statuses = array_unique(array_merge($statuses, [$this->fraudStatus]));
        $rows = $this->rows("SELECT `order_history_id`, `comment` FROM `" . $this->prefix . "order_history`"
            . " WHERE `order_history_id` > " . $before . " AND `order_id` = " . (int)$line['order_id']
            . " AND `order_status_id` IN (" . implode(', ', $statuses) . ")"
            . " AND `order_history_id` NOT IN (SELECT `order_history_id` FROM `" . $this->prefix . "erp_history`"
            . " WHERE `order_id` = " . (int)$line['order_id'] . " AND `order_history_id` IS NOT NULL)"
            . " ORDER BY `order_history_id`");

        foreach ($rows as $row) {
            if (rtrim((string)$row['comment']) === rtrim((string)$line['comment'])) {
                return (int)$row['order_history_id'];
            }
        }

        return 0;
    }

    /**
     * Return the character set that texts are sent in.
     */
    public function charset(): string
    {
        $rows = $this->rows("SELECT @@character_set_connection AS `name`");

        return $rows ? (string)$rows[0]['name'] : '';
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    public function rows(string $sql): array
    {
        return $this->db->query($sql)->rows;
    }

    private function lockName(int $order): string
    {
        return 'erpb_' . md5($this->database . '.' . $this->prefix) . '_' . $order;
    }
}

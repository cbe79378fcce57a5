<?php

namespace ErpBridge\Outbox;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Writes what changed to the outbox table, one row per change. The agent reads and empties it.
 */
final class Outbox
{
    /** @var object OpenCart's database */
    private $db;

    /** @var string */
    private $prefix;

    /**
     * @param object $db
     */
    public function __construct($db, string $prefix)
    {
        $this->db = $db;
        $this->prefix = $prefix;
    }

    /**
     * Write one row; a failure is thrown, never shown.
     *
     * @param int|null $id null for the newest product
     */
    public function add(string $kind, ?int $id, string $action, int $storeId): void
    {
        // OpenCart 3.0.5 lets PHP print a warning before it throws, in the middle of the shopper's page
        set_error_handler(function () {
            return true;
        });

        try {
            $this->db->query($this->statement($kind, $id, $action, $storeId));
        } finally {
            restore_error_handler();
        }
    }

    public function statement(string $kind, ?int $id, string $action, int $storeId): string
    {
        $head = "INSERT INTO `" . $this->prefix . "erp_outbox`"
            . " (`kind`, `record_id`, `action`, `store_id`, `date_added`)";
        $kind = "'" . $this->db->escape($kind) . "'";
        $action = "'" . $this->db->escape($action) . "'";

        if ($id === null) {
            return $head . " SELECT " . $kind . ", MAX(`product_id`), " . $action . ", " . $storeId
                . ", UTC_TIMESTAMP() FROM `" . $this->prefix . "product` HAVING MAX(`product_id`) IS NOT NULL";
        }

        return $head . " VALUES (" . $kind . ", " . $id . ", " . $action . ", " . $storeId . ", UTC_TIMESTAMP())";
    }
}

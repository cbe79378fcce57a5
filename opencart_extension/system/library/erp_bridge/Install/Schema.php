<?php

namespace ErpBridge\Install;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's tables. They are kept when the extension is uninstalled.
 */
final class Schema
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
     * Make the tables that are missing; OpenCart 3 upgrades an extension without telling it.
     */
    public function ensure(): void
    {
        foreach ($this->statements() as $table => $statement) {
            $name = str_replace(['_', '%'], ['\\_', '\\%'], $this->prefix . $table);

            if (!$this->db->query("SHOW TABLES LIKE '" . $this->db->escape($name) . "'")->num_rows) {
                $this->db->query($statement);
            }
        }
    }

    /**
     * Return the statements that make the tables where they are missing, by the table's name.
     *
     * @return array<string, string>
     */
    public function statements(): array
    {
        $prefix = $this->prefix;

        return [
            'erp_outbox' => "CREATE TABLE IF NOT EXISTS `" . $prefix . "erp_outbox` ("
                . "`outbox_id` BIGINT NOT NULL AUTO_INCREMENT, "
                . "`kind` VARCHAR(24) NOT NULL, "
                . "`record_id` INT NOT NULL, "
                . "`action` VARCHAR(16) NOT NULL, "
                . "`store_id` INT NOT NULL DEFAULT 0, "
                . "`date_added` DATETIME NOT NULL, "
                . "PRIMARY KEY (`outbox_id`)"
                . ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
            'erp_history' => "CREATE TABLE IF NOT EXISTS `" . $prefix . "erp_history` ("
                . "`event` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
                . "`order_id` INT NOT NULL, "
                . "`status_id` INT NOT NULL, "
                . "`order_history_id` INT NULL, "
                . "`newest_before` INT NOT NULL, "
                . "`date_added` DATETIME NOT NULL, "
                . "PRIMARY KEY (`event`), KEY `order_id` (`order_id`)"
                . ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
            'erp_shop_nonce' => "CREATE TABLE IF NOT EXISTS `" . $prefix . "erp_shop_nonce` ("
                . "`key_id` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
                . "`nonce` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
                . "`seen_at` INT UNSIGNED NOT NULL, "
                . "PRIMARY KEY (`key_id`, `nonce`), KEY `seen_at` (`seen_at`)"
                . ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
        ];
    }
}

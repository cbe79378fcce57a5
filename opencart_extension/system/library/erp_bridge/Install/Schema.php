<?php

namespace ErpBridge\Install;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's two tables. They are kept when the extension is uninstalled.
 */
final class Schema
{
    /**
     * Return the statements that make the tables where they are missing.
     *
     * @return string[]
     */
    public static function statements(string $prefix): array
    {
        return [
            "CREATE TABLE IF NOT EXISTS `" . $prefix . "erp_outbox` ("
            . "`outbox_id` BIGINT NOT NULL AUTO_INCREMENT, "
            . "`kind` VARCHAR(24) NOT NULL, "
            . "`record_id` INT NOT NULL, "
            . "`action` VARCHAR(16) NOT NULL, "
            . "`store_id` INT NOT NULL DEFAULT 0, "
            . "`date_added` DATETIME NOT NULL, "
            . "PRIMARY KEY (`outbox_id`)"
            . ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
            "CREATE TABLE IF NOT EXISTS `" . $prefix . "erp_shop_nonce` ("
            . "`key_id` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
            . "`nonce` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
            . "`seen_at` INT UNSIGNED NOT NULL, "
            . "PRIMARY KEY (`key_id`, `nonce`), KEY `seen_at` (`seen_at`)"
            . ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
        ];
    }
}

<?php

namespace ErpBridge\Security;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Nonces in the shop's database; rows are forgotten once their call would be too old anyway.
 */
final class NonceTable implements NonceStore
{
    /** @var object OpenCart's database */
    private $db;

    /** @var string */
    private $table;

    /**
     * @param object $db
     */
    public function __construct($db, string $prefix)
    {
        $this->db = $db;
        $this->table = '`' . $prefix . 'erp_shop_nonce`';
    }

    public function take(string $keyId, string $nonce, int $now): bool
    {
        $this->db->query("DELETE FROM " . $this->table . " WHERE `seen_at` < " . ($now - 2 * Signer::MAX_SKEW));
        $this->db->query(
            "INSERT IGNORE INTO " . $this->table . " (`key_id`, `nonce`, `seen_at`) VALUES ('"
            . $this->db->escape($keyId) . "', '" . $this->db->escape($nonce) . "', " . $now . ")"
        );

        return (int)$this->db->countAffected() === 1;
    }
}

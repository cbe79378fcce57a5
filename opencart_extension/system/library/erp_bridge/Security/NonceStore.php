<?php

namespace ErpBridge\Security;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Remembers the nonces of received calls, so that a recorded call cannot be sent again.
 */
interface NonceStore
{
    /**
     * Remember a nonce.
     *
     * @param int $now Unix time
     *
     * @return bool false when this key had used it before
     */
    public function take(string $keyId, string $nonce, int $now): bool;
}

<?php

namespace ErpBridgeTests;

use ErpBridge\Security\NonceStore;

final class Nonces implements NonceStore
{
    /** @var array<string, int> */
    public $taken = [];

    public function take(string $keyId, string $nonce, int $now): bool
    {
        $isNew = !isset($this->taken[$keyId . $nonce]);
        $this->taken[$keyId . $nonce] = $now;

        return $isNew;
    }
}

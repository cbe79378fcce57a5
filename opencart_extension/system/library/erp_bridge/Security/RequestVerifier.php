<?php

namespace ErpBridge\Security;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Decides whether a received call comes from the paired agent, is fresh, and was not received before.
 */
final class RequestVerifier
{
    /** @var PairingKey[] */
    private $keys;

    /** @var NonceStore */
    private $nonces;

    /**
     * @param PairingKey[] $keys the live keys
     */
    public function __construct(array $keys, NonceStore $nonces)
    {
        $this->keys = $keys;
        $this->nonces = $nonces;
    }

    /**
     * Return the key that signed the call, or null for a call that must be refused.
     *
     * The nonce is remembered only once the signature proved right, so that strangers cannot fill the table.
     *
     * @param array<string, string> $headers by lower-case name
     * @param string                $target  path and query as on the request line
     * @param int                   $now     Unix time
     */
    public function verify(array $headers, string $method, string $target, string $body, int $now): ?PairingKey
    {
        $keyId = $this->header($headers, 'erp-key-id');
        $timestamp = $this->header($headers, 'erp-timestamp');
        $nonce = $this->header($headers, 'erp-nonce');
        $given = $this->header($headers, 'erp-signature');

        if (!preg_match('/^[0-9]{1,12}$/D', $timestamp) || !preg_match('/^[A-Za-z0-9_-]{16,64}$/D', $nonce)) {
            return null;
        }

        $key = $this->keyOf($keyId);

        if ($key === null) {
            return null;
        }

        if (!Signer::same(Signer::request($key, $method, $target, $timestamp, $nonce, $body), $given)) {
            return null;
        }

        if (abs($now - (int)$timestamp) > Signer::MAX_SKEW) {
            return null;
        }

        return $this->nonces->take($key->id(), $nonce, $now) ? $key : null;
    }

    private function keyOf(string $id): ?PairingKey
    {
        foreach ($this->keys as $key) {
            if (hash_equals($key->id(), $id)) {
                return $key;
            }
        }

        return null;
    }

    /**
     * @param array<string, string> $headers
     */
    private function header(array $headers, string $name): string
    {
        return isset($headers[$name]) ? (string)$headers[$name] : '';
    }
}

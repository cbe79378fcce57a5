<?php

namespace ErpBridge\Security;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Signs and checks calls between shop and agent, both ways: HMAC-SHA256 as docs/developer/contracts.md says.
 */
final class Signer
{
    /** Seconds that the two clocks may differ. */
    const MAX_SKEW = 300;

    public static function nonce(): string
    {
        return bin2hex(random_bytes(16));
    }

    /**
     * Return the signature of a request.
     *
     * @param string $target path and query exactly as on the request line
     */
    public static function request(
        PairingKey $key,
        string $method,
        string $target,
        string $timestamp,
        string $nonce,
        string $body
    ): string {
        $text = implode("\n", ['v1', strtoupper($method), $target, $timestamp, $nonce, hash('sha256', $body)]);

        return 'v1=' . hash_hmac('sha256', $text, $key->secret());
    }

    /**
     * Return the signature of the answer to the request that carried $nonce.
     */
    public static function response(
        PairingKey $key,
        int $status,
        string $nonce,
        string $timestamp,
        string $body
    ): string {
        $text = implode("\n", ['v1-response', (string)$status, $nonce, $timestamp, hash('sha256', $body)]);

        return 'v1=' . hash_hmac('sha256', $text, $key->secret());
    }

    /**
     * Return the four headers of a signed request by name.
     *
     * @return array<string, string>
     */
    public static function headers(
        PairingKey $key,
        string $method,
        string $target,
        string $body,
        int $now,
        string $nonce
    ): array {
        $timestamp = (string)$now;

        return [
            'Erp-Key-Id' => $key->id(),
            'Erp-Timestamp' => $timestamp,
            'Erp-Nonce' => $nonce,
            'Erp-Signature' => self::request($key, $method, $target, $timestamp, $nonce, $body),
        ];
    }

    public static function same(string $expected, string $given): bool
    {
        return hash_equals($expected, $given);
    }
}

<?php

namespace ErpBridge\OpenCart;

use ErpBridge\Security\PairingKey;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's settings. Their code is not the module's, because OpenCart drops the module's own
 * settings when the module is uninstalled, which 4.x demands before every upgrade.
 */
final class Settings
{
    const CODE = 'erp_bridge';
    const DEFAULT_URL = 'http://127.0.0.1:8765';

    /** Seconds that the key before stays good for calls from the agent. */
    const OLD_KEY_LIFE = 86400;

    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    public function url(): string
    {
        $url = rtrim((string)$this->shop->config('erp_bridge_url'), '/');

        return $url === '' ? self::DEFAULT_URL : $url;
    }

    public function caFile(): string
    {
        return (string)$this->shop->config('erp_bridge_ca_file');
    }

    public function key(): ?PairingKey
    {
        return PairingKey::parse((string)$this->shop->config('erp_bridge_key'));
    }

    /**
     * Return the keys that calls from the agent may be signed with: the present one and, for a day
     * after a change, the one before.
     *
     * @param int $now Unix time
     *
     * @return PairingKey[]
     */
    public function liveKeys(int $now): array
    {
        $keys = [$this->key()];

        if ((int)$this->shop->config('erp_bridge_old_key_until') >= $now) {
            $keys[] = PairingKey::parse((string)$this->shop->config('erp_bridge_old_key'));
        }

        return array_values(array_filter($keys));
    }

    /**
     * Store the settings; without a new key the present one stays.
     *
     * @param int $now Unix time
     */
    public function save(string $url, ?PairingKey $new, string $caFile, int $now): void
    {
        $present = $this->key();
        $values = [
            'erp_bridge_url' => rtrim($url, '/'),
            'erp_bridge_ca_file' => $caFile,
            'erp_bridge_key' => $new ? $new->token() : ($present ? $present->token() : ''),
            'erp_bridge_old_key' => (string)$this->shop->config('erp_bridge_old_key'),
            'erp_bridge_old_key_until' => (string)(int)$this->shop->config('erp_bridge_old_key_until'),
        ];

        if ($new && $present && $new->token() !== $present->token()) {
            $values['erp_bridge_old_key'] = $present->token();
            $values['erp_bridge_old_key_until'] = (string)($now + self::OLD_KEY_LIFE);
        }

        $this->shop->saveSettings(self::CODE, $values);
    }
}

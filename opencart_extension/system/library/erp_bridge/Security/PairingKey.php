<?php

namespace ErpBridge\Security;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The key that pairs this shop with its agent: ``erpb1.<id>.<base64url of 32 bytes>``.
 */
final class PairingKey
{
    /** @var string */
    private $id;

    /** @var string */
    private $secret;

    private function __construct(string $id, string $secret)
    {
        $this->id = $id;
        $this->secret = $secret;
    }

    /**
     * Read a pasted key; blanks and line breaks around and inside it (copied from a terminal) do not matter.
     *
     * @return self|null null when the text is no complete pairing key
     */
    public static function parse(string $text): ?self
    {
        $text = preg_replace('/\s+/', '', $text);

        if (!preg_match('/^erpb1\.([a-z0-9]{8})\.([A-Za-z0-9_-]{43})$/D', (string)$text, $parts)) {
            return null;
        }

        $secret = base64_decode(strtr($parts[2], '-_', '+/') . '=', true);

        if ($secret === false || strlen($secret) !== 32) {
            return null;
        }

        return new self($parts[1], $secret);
    }

    public function id(): string
    {
        return $this->id;
    }

    public function secret(): string
    {
        return $this->secret;
    }

    /**
     * Return the key as it is stored in the settings.
     */
    public function token(): string
    {
        return 'erpb1.' . $this->id . '.' . rtrim(strtr(base64_encode($this->secret), '+/', '-_'), '=');
    }

    /**
     * Return what may be shown: the id, never the secret.
     */
    public function masked(): string
    {
        return 'erpb1.' . $this->id . '.••••••••';
    }

    /**
     * @return array<string, string> what dumps show
     */
    public function __debugInfo(): array
    {
        return ['id' => $this->id];
    }
}

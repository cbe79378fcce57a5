<?php

namespace ErpBridge;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's own version; the packaging script holds it equal to install.json.
 */
final class Version
{
    const NUMBER = '1.0.0';

    /**
     * Tell whether an agent of version $agent speaks the same protocol: the major numbers agree.
     */
    public static function fits(string $agent): bool
    {
        return (int)$agent === (int)self::NUMBER && preg_match('/^\d+\./', $agent) === 1;
    }
}

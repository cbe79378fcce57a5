<?php

namespace ErpBridgeTests;

use ErpBridge\Words;

/**
 * The extension's English texts.
 */
final class Text
{
    public static function words(string $code = 'en-gb'): Words
    {
        return Words::load(EXTENSION . '/admin/language/%s/erp_bridge.php', $code);
    }
}

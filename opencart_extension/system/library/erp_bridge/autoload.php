<?php

/**
 * Loads the extension's classes (namespace ErpBridge) from this folder, whichever OpenCart runs it.
 */

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

if (!class_exists('ErpBridge\\Version', false)) {
    spl_autoload_register(function ($class) {
        if (strncmp($class, 'ErpBridge\\', 10) !== 0) {
            return;
        }

        $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, 10)) . '.php';

        if (is_file($file)) {
            require_once $file;
        }
    });

    require_once __DIR__ . '/Version.php';
}

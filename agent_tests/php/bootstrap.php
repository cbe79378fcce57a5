<?php

error_reporting(E_ALL);
define('ERP_BRIDGE_TESTS', true);
define('DB_PREFIX', 'oc_');
define('DB_DATABASE', 'opencart');

const EXTENSION = __DIR__ . '/../../opencart_extension';

require EXTENSION . '/system/library/erp_bridge/autoload.php';

foreach (glob(__DIR__ . '/support/*.php') as $file) {
    require_once $file;
}

// where OpenCart 4 keeps extensions and OpenCart 3 its languages
define('DIR_EXTENSION', sys_get_temp_dir() . '/erp-bridge-php-' . getmypid() . '/');
define('DIR_LANGUAGE', DIR_EXTENSION . '3/');
mkdir(DIR_EXTENSION . 'erp_bridge', 0700, true);
mkdir(DIR_LANGUAGE . 'en-gb/extension/erp_bridge', 0700, true);
symlink(realpath(EXTENSION . '/admin'), DIR_EXTENSION . 'erp_bridge/admin');
foreach (glob(EXTENSION . '/admin/language/en-gb/*.php') as $file) {
    copy($file, DIR_LANGUAGE . 'en-gb/extension/erp_bridge/' . basename($file));
}
register_shutdown_function(function () {
    unlink(DIR_EXTENSION . 'erp_bridge/admin');
    exec('rm -rf ' . escapeshellarg(DIR_EXTENSION));
});

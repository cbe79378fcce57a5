<?php

namespace Opencart\Admin\Controller\Extension\ErpBridge\Module;

if (!defined('DIR_EXTENSION')) {
    exit;
}

require_once DIR_EXTENSION . 'erp_bridge/system/library/erp_bridge/autoload.php';

class ErpBridge extends \Opencart\System\Engine\Controller
{
    use \ErpBridge\Shell\SettingsActions;

    const SCREEN = 'settings';
}

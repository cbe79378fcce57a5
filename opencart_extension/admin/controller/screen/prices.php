<?php

namespace Opencart\Admin\Controller\Extension\ErpBridge\Screen;

if (!defined('DIR_EXTENSION')) {
    exit;
}

require_once DIR_EXTENSION . 'erp_bridge/system/library/erp_bridge/autoload.php';

class Prices extends \Opencart\System\Engine\Controller
{
    use \ErpBridge\Shell\PricesActions;

    const SCREEN = 'prices';
}

<?php

namespace Opencart\Catalog\Controller\Extension\ErpBridge;

if (!defined('DIR_EXTENSION')) {
    exit;
}

require_once DIR_EXTENSION . 'erp_bridge/system/library/erp_bridge/autoload.php';

class Api extends \Opencart\System\Engine\Controller
{
    use \ErpBridge\Shell\ApiActions;
}

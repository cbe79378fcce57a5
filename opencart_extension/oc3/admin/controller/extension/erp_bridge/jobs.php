<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeJobs extends Controller
{
    use \ErpBridge\Shell\JobsActions;

    const SCREEN = 'jobs';
}

<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

require_once DIR_SYSTEM . 'library/erp_bridge/autoload.php';

class ControllerExtensionErpBridgeConflicts extends Controller
{
    use \ErpBridge\Shell\ConflictsActions;

    const SCREEN = 'conflicts';
}

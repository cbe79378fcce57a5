<?php

if (!defined('DIR_SYSTEM')) {
    exit;
}

$_['heading_title'] = 'ERP Bridge';

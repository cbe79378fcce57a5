<?php

namespace ErpBridge\OpenCart;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The Synchronize button on a list page of OpenCart: ticked rows are sent to the ERP, a dialog follows.
 */
final class ListButton
{
    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    /**
     * Return the button with all it needs.
     *
     * @param string $screen the screen whose records the page's rows are
     */
    public function html(string $screen): string
    {
        $platform = $this->shop->platform();
        $words = $this->shop->words();
        $urls = [];

        foreach (['start', 'progress', 'records', 'cancel', 'retry'] as $method) {
            $urls[$method] = $this->shop->screenLink($screen, $method);
        }

        $config = [
            'urls' => $urls,
            'words' => $words->starting('js_'),
            'icons' => $platform->icons(),
            'ui' => $platform->ui(),
            'page' => $this->shop->screenLink($screen),
        ];
        $safe = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_INVALID_UTF8_SUBSTITUTE;

        return $this->shop->view('list_button', [
            'text' => $words->get('list_button'),
            'help' => $words->get('list_button_help'),
            'light' => $platform->ui()['light'],
            'icon' => $platform->icon('sync'),
            'config' => (string)json_encode($config, $safe | JSON_UNESCAPED_SLASHES),
            'style' => $platform->assetPath('stylesheet/erp_bridge.css'),
            'scripts' => array_map(function ($name) use ($platform) {
                return $platform->assetPath('javascript/' . $name . '.js');
            }, ['erp_bridge_core', 'erp_bridge_job', 'erp_bridge_list']),
        ]);
    }
}

<?php

namespace ErpBridge\OpenCart;

use ErpBridge\Screens;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What the extension adds to pages of OpenCart: a Synchronize button, whose work a dialog follows, with a
 * menu of what can come from the ERP; and what the ERP knows of the orders shown. The browser asks the agent
 * for both once the page is there.
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
     * Return the addition to a list page; '' where the user may do and see nothing of it.
     *
     * @param string $screen the screen whose records the page's rows are
     */
    public function html(string $screen): string
    {
        return $this->addition($screen, $screen === 'orders' ? ['erp_bridge_orders'] : [], []);
    }

    /**
     * Return the addition to an order's page.
     */
    public function orderHtml(int $order): string
    {
        return $this->addition('orders', ['erp_bridge_orders'], ['order' => $order]);
    }

    /**
     * @param string[]             $shows scripts for users who may only look
     * @param array<string, mixed> $more  for the scripts
     */
    private function addition(string $screen, array $shows, array $more): string
    {
        $platform = $this->shop->platform();
        $route = $platform->screenRoute($screen);
        $maySync = $this->shop->may('modify', $route);
        $shows = $this->shop->may('access', $route) ? $shows : [];

        if (!$maySync && !$shows) {
            return '';
        }

        $words = $this->shop->words();
        $scripts = $maySync ? ['erp_bridge_core', 'erp_bridge_job', 'erp_bridge_list'] : ['erp_bridge_core'];
        $safe = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_INVALID_UTF8_SUBSTITUTE;

        return $this->shop->view('list_button', [
            'button' => $maySync,
            'text' => $words->get('list_button'),
            'help' => $words->get(isset($more['order']) ? 'order_button_help' : 'list_button_help'),
            'light' => $platform->ui()['light'],
            'icon' => $platform->icon('sync'),
            'menu' => isset(Screens::FROM_LIST[$screen]),
            'more' => $words->get('list_menu'),
            'more_icon' => $platform->icon('more'),
            'config' => (string)json_encode($this->config($screen) + $more, $safe | JSON_UNESCAPED_SLASHES),
            'style' => $platform->assetPath('stylesheet/erp_bridge.css'),
            'scripts' => array_map(function ($name) use ($platform) {
                return $platform->assetPath('javascript/' . $name . '.js');
            }, array_merge($scripts, $shows)),
        ]);
    }

    /**
     * @return array<string, mixed>
     */
    private function config(string $screen): array
    {
        $platform = $this->shop->platform();
        $urls = [];
        $methods = ['start', 'progress', 'records', 'cancel', 'retry'];

        foreach ($screen === 'orders' ? array_merge($methods, ['numbers', 'panel']) : $methods as $method) {
            $urls[$method] = $this->shop->screenLink($screen, $method);
        }

        foreach (isset(Screens::FROM_LIST[$screen]) ? Screens::FROM_LIST[$screen] : [] as $from) {
            $urls['offers'] = $this->shop->screenLink($screen, 'offers');
            $urls['start_' . $from] = $this->shop->screenLink($from, 'start');
        }

        return [
            'urls' => $urls,
            'words' => $this->shop->words()->starting('js_'),
            'icons' => $platform->icons(),
            'ui' => $platform->ui(),
            'page' => $this->shop->screenLink($screen),
        ];
    }
}

<?php

namespace ErpBridge\Screen;

use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Prices that come from the ERP, and which of its price lists is that of a customer group.
 */
final class PricesScreen extends MappingScreen
{
    public function handlers(): array
    {
        return parent::handlers() + [
            'lists' => ['access', 'part'],
            'save' => ['modify', 'json'],
        ];
    }

    /**
     * Return the panel of price lists. The browser asks for it once the page is there: it needs the ERP.
     */
    public function lists(): string
    {
        $answer = $this->client()->get($this->listsPath((int)$this->shop->query('connection')));
        $groups = [];

        foreach (Plain::items($answer) as $item) {
            $groups[] = [
                'group' => Plain::text($item, 'group'),
                'label' => Plain::text($item, 'label'),
                'list' => Plain::text($item, 'price_list'),
                'special' => Plain::flag($item, 'special'),
            ];
        }

        return $this->view('price_lists', [
            'groups' => $groups,
            'lists' => array_map(function ($list) {
                return ['value' => Plain::text($list, 'value'), 'label' => Plain::text($list, 'label')];
            }, array_values(Plain::items($answer, 'price_lists'))),
            'may_modify' => $this->mayModify(),
        ]);
    }

    /**
     * Store which price list is that of which customer group.
     *
     * @return array<string, mixed>
     */
    public function save(): array
    {
        $special = $this->shop->postedList('special');
        $items = [];

        foreach ($this->shop->postedList('list') as $group => $list) {
            $items[] = [
                'group' => (string)$group,
                'price_list' => $list === '' ? null : $list,
                'special' => isset($special[$group]) && $special[$group] === '1',
            ];
        }

        $this->client()->put($this->listsPath((int)$this->shop->posted('connection')), ['items' => $items]);

        return ['message' => $this->words->get('price_lists_saved')];
    }

    protected function scripts(): array
    {
        return array_merge(parent::scripts(), ['erp_bridge_prices']);
    }

    protected function extra(int $connection): string
    {
        return $this->connections()->offers($connection, $this->incoming()) ? $this->view('price_lists_panel', []) : '';
    }

    private function listsPath(int $connection): string
    {
        return '/v1/connections/' . $connection . '/price-lists';
    }
}

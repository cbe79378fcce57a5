<?php

namespace ErpBridge\Screen;

use ErpBridge\View\OrderView;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The shop's orders beside those of the ERP, and what OpenCart's own order pages show of them.
 */
final class OrdersScreen extends MappingScreen
{
    const MAX_NUMBERS = 200;

    public function handlers(): array
    {
        return parent::handlers() + [
            'numbers' => ['access', 'json'],
            'panel' => ['access', 'part'],
        ];
    }

    /**
     * Return what the ERPs know of the orders of a list page, by the order's id.
     *
     * @return array<string, mixed>
     */
    public function numbers(): array
    {
        $found = [];

        foreach ($this->known($this->orderIds($this->shop->query('orders'))) as $row) {
            $found[$row['order']][] = array_diff_key($row, ['invoices' => 0, 'deliveries' => 0]);
        }

        return ['orders' => (object)$found];
    }

    /**
     * Return the panel of one order's page.
     */
    public function panel(): string
    {
        $rows = $this->known($this->orderIds($this->shop->query('orders')));

        return $this->view('order_panel', ['rows' => $rows]);
    }

    /**
     * @param string[] $ids
     *
     * @return array<int, array<string, mixed>>
     */
    private function known(array $ids): array
    {
        $answer = $this->client()->get('/v1/orders/numbers', ['ids' => implode(',', $ids)]);

        return array_map(function ($item) {
            $words = $this->words->about(Plain::text($item, 'kind'));

            return (new OrderView($words, $this->shop->clock()))->row($item);
        }, array_values(Plain::items($answer)));
    }

    /**
     * @return string[]
     */
    private function orderIds(string $text): array
    {
        if (!preg_match('/^[1-9][0-9]{0,9}(,[1-9][0-9]{0,9})*$/D', $text)) {
            throw $this->ownProblem('request');
        }

        return array_slice(array_unique(explode(',', $text)), 0, self::MAX_NUMBERS);
    }
}

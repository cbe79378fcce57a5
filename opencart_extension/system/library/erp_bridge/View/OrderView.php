<?php

namespace ErpBridge\View;

use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What one ERP knows of an order: its number there, how far it is, invoices, deliveries, why it waits.
 */
final class OrderView
{
    const TONES = ['quotation' => 'run', 'confirmed' => 'good', 'cancelled' => 'off'] + MappingView::TONES;

    /** @var Words */
    private $words;

    /** @var Clock */
    private $clock;

    public function __construct(Words $words, Clock $clock)
    {
        $this->words = $words;
        $this->clock = $clock;
    }

    /**
     * @param mixed $item as the agent gives it
     *
     * @return array<string, mixed>
     */
    public function row($item): array
    {
        $state = Plain::text($item, 'state');
        $cause = Plain::text($item, 'cause');
        $isWaiting = $cause !== '';
        $label = $this->words->orElse('mapping_' . $state, $state);

        return [
            'order' => Plain::text($item, 'order_id'),
            'connection' => Plain::text($item, 'connection'),
            'number' => Plain::text($item, 'erp_number') ?: Plain::text($item, 'erp_id'),
            'href' => Plain::url($item, 'erp_url'),
            'state' => $isWaiting ? 'held' : $state,
            'state_label' => $isWaiting
                ? $this->words->get('mapping_held')
                : $this->words->orElse('order_state_' . $state, $label),
            'tone' => $isWaiting ? 'wait' : (isset(self::TONES[$state]) ? self::TONES[$state] : 'off'),
            'cause' => $cause,
            'fix' => Plain::text($item, 'fix'),
            'invoices' => array_map('strval', array_filter(Plain::items($item, 'invoices'), 'is_scalar')),
            'deliveries' => array_map([$this, 'delivery'], array_values(Plain::items($item, 'deliveries'))),
        ];
    }

    /**
     * @param mixed $delivery
     *
     * @return array<string, string>
     */
    private function delivery($delivery): array
    {
        $state = Plain::text($delivery, 'state');

        return [
            'number' => Plain::text($delivery, 'number'),
            'tracking' => Plain::text($delivery, 'tracking'),
            'done' => $this->clock->text(Plain::text($delivery, 'done_at')),
            'state' => $state === '' ? '' : $this->words->orElse('delivery_state_' . $state, $state),
        ];
    }
}

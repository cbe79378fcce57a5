<?php

namespace ErpBridge\View;

use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A row of a mapping list: the shop's record, its counterpart in the ERP, state, and what can be done.
 */
final class MappingView
{
    const STATES = ['new', 'pending', 'linked', 'failed', 'held', 'excluded', 'archived'];

    const TONES = [
        'new' => 'off', 'pending' => 'run', 'linked' => 'good', 'failed' => 'bad', 'held' => 'wait',
        'excluded' => 'off', 'archived' => 'off',
    ];

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
     * @param mixed  $item     as the agent gives it
     * @param string $editHref address of the record's own page in the shop, '' for none
     * @param string $entity   what it is a record of
     *
     * @return array<string, mixed>
     */
    public function row($item, string $editHref, string $entity = ''): array
    {
        $state = Plain::text($item, 'state');
        $erpId = Plain::text($item, 'erp_id');
        $label = Plain::text($item, 'label');

        return [
            'key' => Plain::text($item, 'store_key'),
            'label' => $label !== '' ? $label : $this->words->get('mapping_nameless'),
            'erp_id' => $this->reference($erpId, $entity),
            'erp_url' => Plain::url($item, 'erp_url'),
            'state' => $state,
            'state_label' => $this->words->orElse('mapping_' . $state, $state),
            'tone' => isset(self::TONES[$state]) ? self::TONES[$state] : 'off',
            'origin' => $this->words->orElse('mapping_by_' . Plain::text($item, 'origin'), ''),
            'synced' => $this->clock->text(Plain::text($item, 'synced_at')),
            'cause' => Plain::text($item, 'cause'),
            'fix' => Plain::text($item, 'fix'),
            'code' => Plain::text($item, 'code'),
            'edit_href' => $editHref,
            'linked' => $erpId !== '',
            'excluded' => $state === 'excluded',
        ];
    }

    /**
     * Return the states to filter by, with their names.
     *
     * @return array<int, array{value: string, label: string}>
     */
    public function stateOptions(): array
    {
        return array_map(function ($state) {
            return ['value' => $state, 'label' => $this->words->get('mapping_' . $state)];
        }, self::STATES);
    }

    /**
     * Return a reference of the ERP as people say it: ``transfer:161000`` of a payment method is account
     * 161000, by bank transfer.
     */
    private function reference(string $id, string $entity): string
    {
        list($kind, $rest) = array_pad(explode(':', $id, 2), 2, '');
        $key = 'erp_ref_' . str_replace('-', '_', $entity) . '_' . $kind;

        return $rest !== '' && $this->words->has($key) ? $this->words->get($key, ['id' => $rest]) : $id;
    }
}

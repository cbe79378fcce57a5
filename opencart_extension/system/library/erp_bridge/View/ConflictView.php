<?php

namespace ErpBridge\View;

use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A record that both sides changed: its fields, as the shop and as the ERP have them.
 */
final class ConflictView
{
    /** @var Words */
    private $words;

    /** @var Clock */
    private $clock;

    /** @var array<int, string> */
    private $connections;

    /**
     * @param array<int, string> $connections names by id
     */
    public function __construct(Words $words, Clock $clock, array $connections)
    {
        $this->words = $words;
        $this->clock = $clock;
        $this->connections = $connections;
    }

    /**
     * @param mixed  $item as the agent gives it
     * @param string $href address of the record's own page in the shop, '' for none
     *
     * @return array<string, mixed>
     */
    public function row($item, string $href): array
    {
        $entity = Plain::text($item, 'entity');
        $key = Plain::text($item, 'store_key');
        $connection = Plain::number($item, 'connection');

        return [
            'entity' => $entity,
            'entity_label' => $this->words->orElse('one_' . str_replace('-', '_', $entity), $entity),
            'key' => $key,
            'label' => Plain::text($item, 'label') ?: $key,
            'href' => $href,
            'erp_id' => Plain::text($item, 'erp_id'),
            'erp_url' => Plain::url($item, 'erp_url'),
            'connection' => $connection,
            'connection_name' => isset($this->connections[$connection])
                ? $this->connections[$connection]
                : '#' . $connection,
            'since' => $this->clock->text(Plain::text($item, 'since')),
            'fields' => array_map([$this, 'field'], array_values(Plain::items($item, 'fields'))),
        ];
    }

    /**
     * @param mixed $field
     *
     * @return array<string, mixed>
     */
    private function field($field): array
    {
        $name = Plain::text($field, 'name');
        $group = Plain::text($field, 'group');
        $shop = Plain::text($field, 'shop');
        $erp = Plain::text($field, 'erp');
        $label = $this->words->orElse('field_' . $name, Plain::text($field, 'label') ?: $name);
        $groupLabel = $this->words->orElse('field_group_' . $group, $group);

        return [
            'name' => $name,
            'label' => $label,
            'group' => $groupLabel === $label ? '' : $groupLabel,
            'sides' => ['shop' => $shop, 'erp' => $erp],
            'pieces' => Difference::between($shop, $erp),
        ];
    }
}

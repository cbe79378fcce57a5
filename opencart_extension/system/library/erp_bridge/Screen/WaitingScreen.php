<?php

namespace ErpBridge\Screen;

use ErpBridge\Screens;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Orders and other records that wait: why, what to do, since when; try again or leave out.
 */
final class WaitingScreen extends Screen
{
    use OpenRecords {
        filter as recordFilter;
    }

    const LIMIT = 20;

    public function handlers(): array
    {
        return [
            'index' => ['access', 'page'],
            'list' => ['access', 'part'],
            'release' => ['modify', 'json'],
            'drop' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function release(): array
    {
        return $this->change('release', 'waiting_released');
    }

    /**
     * @return array<string, mixed>
     */
    public function drop(): array
    {
        return $this->change('drop', 'waiting_dropped');
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_rows', 'erp_bridge_waiting'];
    }

    protected function source(): string
    {
        return '/v1/waiting';
    }

    protected function filter(): array
    {
        return $this->recordFilter() + ['cleared' => $this->shop->query('cleared') === '1' ? 1 : 0];
    }

    protected function row($item): array
    {
        $names = $this->connections()->names();
        $entity = Plain::text($item, 'entity');
        $key = Plain::text($item, 'store_key');
        $connection = Plain::number($item, 'connection');
        $cleared = $this->shop->clock()->text(Plain::text($item, 'cleared_at'));

        return [
            'entity' => $entity,
            'entity_label' => $this->words->orElse('one_' . str_replace('-', '_', $entity), $entity),
            'key' => $key,
            'label' => Plain::text($item, 'label') ?: $key,
            'href' => $this->recordHref($entity, $key),
            'connection' => $connection,
            'connection_name' => isset($names[$connection]) ? $names[$connection] : '#' . $connection,
            'cause' => Plain::text($item, 'cause'),
            'fix' => Plain::text($item, 'fix'),
            'code' => Plain::text($item, 'code'),
            'since' => $this->shop->clock()->text(Plain::text($item, 'since')),
            'cleared' => $cleared === '' ? '' : $this->words->get('waiting_cleared', ['time' => $cleared]),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    private function change(string $action, string $text): array
    {
        $this->client()->post($this->postedRecord() . '/' . $action, [
            'connection' => (int)$this->shop->posted('connection'),
        ]);

        return ['message' => $this->words->get($text)];
    }

    /**
     * @return string[] what can wait: everything that is carried, orders first
     */
    protected function entities(): array
    {
        return array_values(array_unique(array_merge(['orders', 'customers'], Screens::jobEntities())));
    }
}

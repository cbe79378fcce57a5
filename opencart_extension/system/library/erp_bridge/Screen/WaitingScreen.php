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
    public function index(): array
    {
        return [
            'body' => $this->view('waiting', [
                'connections' => $this->connections()->names(),
                'entities' => $this->entityOptions(),
                'filter' => $this->filter(),
                'list' => $this->table(),
            ]),
            'config' => ['query' => $this->filter(), 'page' => $this->shop->screenLink($this->name)],
        ];
    }

    public function list(): string
    {
        return $this->table();
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

    private function table(): string
    {
        $query = array_filter($this->filter(), function ($value) {
            return $value !== '' && $value !== 0;
        });
        $list = $this->client()->get('/v1/waiting', ['limit' => self::LIMIT] + $query);
        $names = $this->connections()->names();

        return $this->view('waiting_list', [
            'rows' => array_map(function ($item) use ($names) {
                return $this->row($item, $names);
            }, array_values(Plain::items($list))),
            'several' => count($names) > 1,
            'may_modify' => $this->mayModify(),
            'filtered' => $this->filter()['q'] !== '' || $this->filter()['entity'] !== '',
            'pages' => $this->pagesHtml($list),
        ]);
    }

    /**
     * @param mixed              $item
     * @param array<int, string> $names
     *
     * @return array<string, mixed>
     */
    private function row($item, array $names): array
    {
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
        $entity = $this->shop->posted('entity');
        $key = $this->shop->posted('key');

        if (!preg_match('/^[a-z-]{1,24}$/D', $entity) || $key === '') {
            throw $this->ownProblem('request');
        }

        $this->client()->post('/v1/waiting/' . $entity . '/' . rawurlencode($key) . '/' . $action, [
            'connection' => (int)$this->shop->posted('connection'),
        ]);

        return ['message' => $this->words->get($text)];
    }

    /**
     * @return array{connection: int, entity: string, q: string, cleared: int, page: int}
     */
    private function filter(): array
    {
        $entity = $this->shop->query('entity');

        return [
            'connection' => max(0, (int)$this->shop->query('connection')),
            'entity' => in_array($entity, $this->entities(), true) ? $entity : '',
            'q' => Plain::cut(trim($this->shop->query('q')), 200),
            'cleared' => $this->shop->query('cleared') === '1' ? 1 : 0,
            'page' => max(1, min(1000000, (int)$this->shop->query('page', '1'))),
        ];
    }

    /**
     * @return string[] what can wait: everything that is carried, orders first
     */
    private function entities(): array
    {
        return array_values(array_unique(array_merge(['orders', 'customers'], Screens::jobEntities())));
    }

    /**
     * @return array<int, array{value: string, label: string}>
     */
    private function entityOptions(): array
    {
        return array_map(function ($entity) {
            return ['value' => $entity, 'label' => $this->words->get('entity_' . str_replace('-', '_', $entity))];
        }, $this->entities());
    }
}

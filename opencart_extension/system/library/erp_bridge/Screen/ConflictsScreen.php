<?php

namespace ErpBridge\Screen;

use ErpBridge\Screens;
use ErpBridge\View\ConflictView;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Records that both sides changed and whose connection leaves it to a person who is right: both values
 * side by side, to pick one per field or one side for all.
 */
final class ConflictsScreen extends WithJobs
{
    const LIMIT = 10;
    const SIDES = ['shop', 'erp'];

    public function handlers(): array
    {
        return $this->jobHandlers() + [
            'index' => ['access', 'page'],
            'list' => ['access', 'part'],
            'settle' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function index(): array
    {
        return [
            'body' => $this->view('conflicts', [
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
     * Take a side for all fields of a record, or one for some of them; the others stay open.
     *
     * @return array<string, mixed>
     */
    public function settle(): array
    {
        $entity = $this->shop->posted('entity');
        $key = $this->shop->posted('key');
        $all = $this->shop->posted('all');
        $choices = array_filter((array)json_decode($this->shop->posted('choices', '{}'), true), function ($side) {
            return in_array($side, self::SIDES, true);
        });

        if (!preg_match('/^[a-z-]{1,24}$/D', $entity) || $key === '') {
            throw $this->ownProblem('request');
        }

        if (!$choices && !in_array($all, self::SIDES, true)) {
            throw $this->ownProblem('nothing_chosen');
        }

        $body = [
            'connection' => (int)$this->shop->posted('connection'),
            'requested_by' => $this->shop->userName(),
        ];
        $body += $choices ? ['choices' => (object)$choices] : ['all' => $all];
        $path = '/v1/conflicts/' . $entity . '/' . rawurlencode($key);

        return ['job' => $this->jobData($this->client()->post($path, $body))];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_rows', 'erp_bridge_job', 'erp_bridge_conflicts'];
    }

    private function table(): string
    {
        $query = array_filter($this->filter(), function ($value) {
            return $value !== '' && $value !== 0;
        });
        $list = $this->client()->get('/v1/conflicts', ['limit' => self::LIMIT] + $query);
        $view = new ConflictView($this->words, $this->shop->clock(), $this->connections()->names());
        $rows = array_map(function ($item) use ($view) {
            $href = $this->recordHref(Plain::text($item, 'entity'), Plain::text($item, 'store_key'));

            return $view->row($item, $href);
        }, array_values(Plain::items($list)));

        return $this->view('conflict_list', [
            'rows' => $rows,
            'several' => count($this->connections()->names()) > 1,
            'may_modify' => $this->mayModify(),
            'filtered' => $this->filter()['q'] !== '' || $this->filter()['entity'] !== '',
            'pages' => $this->pagesHtml($list),
        ]);
    }

    /**
     * @return array{connection: int, entity: string, q: string, page: int}
     */
    private function filter(): array
    {
        $entity = $this->shop->query('entity');

        return [
            'connection' => max(0, (int)$this->shop->query('connection')),
            'entity' => in_array($entity, $this->entities(), true) ? $entity : '',
            'q' => Plain::cut(trim($this->shop->query('q')), 200),
            'page' => max(1, min(1000000, (int)$this->shop->query('page', '1'))),
        ];
    }

    /**
     * @return string[] what both sides can change: what goes both ways
     */
    private function entities(): array
    {
        $found = [];

        foreach (Screens::MAPPINGS as $mapping) {
            if ($mapping['job'] !== '' && $mapping['from'] !== '') {
                $found = array_merge($found, array_keys($mapping['tabs']));
            }
        }

        return $found;
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

<?php

namespace ErpBridge\Screen;

use ErpBridge\Screens;
use ErpBridge\View\MappingView;
use ErpBridge\View\Pager;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A list of the shop's records of one kind beside their counterparts in the ERP, with Synchronize.
 */
class MappingScreen extends MappingEdit
{
    const LIMIT = 20;
    const SORTS = ['store_key', 'label', 'erp_id', 'state', 'synced_at'];
    const MAX_IDS = 10000;

    public function handlers(): array
    {
        return $this->jobHandlers() + [
            'index' => ['access', 'page'],
            'list' => ['access', 'part'],
            'candidates' => ['access', 'json'],
            'start' => ['modify', 'json'],
            'link' => ['modify', 'json'],
            'unlink' => ['modify', 'json'],
            'exclude' => ['modify', 'json'],
            'readmit' => ['modify', 'json'],
            'auto' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function index(): array
    {
        $connections = $this->connections();
        $chosen = $connections->chosen($this->shop->query('connection'));

        if (!$chosen) {
            return ['body' => $this->view('empty', [
                'href' => $this->may('modify', 'connections') ? $this->shop->screenLink('connections', 'form') : '',
            ])];
        }

        $view = new MappingView($this->words, $this->shop->clock());
        $item = $connections->items()[$chosen];

        return [
            'toolbar' => $this->toolbar(),
            'body' => $this->view('mappings', [
                'tabs' => $this->tabs($chosen),
                'connections' => $connections->names(),
                'connection' => $chosen,
                'paused' => Plain::text($item, 'state') === 'paused' ? $this->paused($item) : null,
                'filter' => $this->filter(),
                'states' => $view->stateOptions(),
                'list' => $this->table($chosen),
                'intro' => $this->words->orElse('intro_' . $this->name, ''),
            ]),
            'config' => [
                'query' => array_merge(['connection' => $chosen, 'tab' => $this->tab()], $this->filter()),
                'page' => $this->shop->screenLink($this->name),
                'job' => $this->lastJob($chosen),
                'ticks' => Screens::MAPPINGS[$this->name]['tabs'][$this->tab()],
            ],
        ];
    }

    public function list(): string
    {
        return $this->table((int)$this->shop->query('connection'));
    }

    /**
     * Start a job; without a connection and with several to choose from, ask which.
     *
     * @return array<string, mixed>
     */
    public function start(): array
    {
        $mode = $this->shop->posted('mode');
        $ids = $this->ids();

        if ($this->job() === '' || !in_array($mode, ['all', 'changed', 'ids'], true)) {
            throw $this->ownProblem('request');
        }

        if ($mode === 'ids' && !$ids) {
            throw $this->ownProblem('nothing_ticked');
        }

        $connection = (int)$this->shop->posted('connection');

        if (!$connection) {
            $active = $this->connections()->active();

            if (!$active) {
                throw $this->ownProblem('no_connection');
            }

            if (count($active) > 1) {
                return ['choose' => array_intersect_key($this->connections()->names(), array_flip($active))];
            }

            $connection = $active[0];
        }

        return ['job' => $this->jobData($this->client()->post('/v1/jobs', [
            'connection' => $connection,
            'entity' => $this->job(),
            'direction' => 'to-erp',
            'mode' => $mode,
            'ids' => $mode === 'ids' ? $ids : [],
            'dry_run' => $this->shop->posted('dry_run') === '1',
            'requested_by' => $this->shop->userName(),
        ]))];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_job', 'erp_bridge_auto', 'erp_bridge_mappings'];
    }

    protected function connectionNames(): array
    {
        return $this->knownNames();
    }

    /**
     * Return the entity of a job started here, '' where records are only linked.
     */
    private function job(): string
    {
        return Screens::MAPPINGS[$this->name]['job'];
    }

    /**
     * @return array<int, array<string, string>>
     */
    private function toolbar(): array
    {
        if (!$this->mayModify()) {
            return [];
        }

        $auto = $this->button('auto', 'button_auto', 'light', 'auto');

        return $this->job() === '' ? [$auto] : [
            $this->button('sync', 'button_changed', 'primary', 'changed'),
            $this->button('all', 'button_all', 'light', 'all'),
            $this->button('preview', 'button_preview', 'light', 'preview'),
            $auto,
        ];
    }

    /**
     * @return array<int, array<string, mixed>> none where there is only one
     */
    private function tabs(int $connection): array
    {
        $tabs = [];

        foreach (array_keys(Screens::MAPPINGS[$this->name]['tabs']) as $entity) {
            $tabs[] = [
                'text' => $this->words->get('tab_' . str_replace('-', '_', $entity)),
                'href' => $this->shop->screenLink($this->name, '', ['tab' => $entity, 'connection' => $connection]),
                'active' => $entity === $this->tab(),
            ];
        }

        return count($tabs) > 1 ? $tabs : [];
    }

    /**
     * @return array{q: string, state: string, sort: string, order: string, page: int}
     */
    private function filter(): array
    {
        $state = $this->shop->query('state');
        $sort = $this->shop->query('sort');

        return [
            'q' => Plain::cut(trim($this->shop->query('q')), 200),
            'state' => in_array($state, MappingView::STATES, true) ? $state : '',
            'sort' => in_array($sort, self::SORTS, true) ? $sort : 'store_key',
            'order' => $this->shop->query('order') === 'desc' ? 'desc' : 'asc',
            'page' => max(1, min(1000000, (int)$this->shop->query('page', '1'))),
        ];
    }

    private function table(int $connection): string
    {
        $query = array_filter($this->filter(), function ($value) {
            return $value !== '';
        });
        $list = $this->client()->get(
            '/v1/mappings/' . $this->tab(),
            ['connection' => $connection, 'limit' => self::LIMIT] + $query
        );
        $view = new MappingView($this->words, $this->shop->clock());
        $rows = [];

        foreach (Plain::items($list) as $item) {
            $rows[] = $view->row($item, $this->recordHref($this->tab(), Plain::text($item, 'store_key')));
        }

        return $this->view('mapping_list', [
            'rows' => $rows,
            'pager' => Pager::data($list, $this->words),
            'filter' => $this->filter(),
            'filtered' => $this->filter()['q'] !== '' || $this->filter()['state'] !== '',
            'may_modify' => $this->mayModify(),
            'ticks' => Screens::MAPPINGS[$this->name]['tabs'][$this->tab()] && $this->mayModify(),
            'zone' => $this->shop->clock()->zone(),
        ]);
    }

    /**
     * @return array<string, mixed>|null the running job of these records, else the last one
     */
    private function lastJob(int $connection): ?array
    {
        if ($this->job() === '') {
            return null;
        }

        $jobs = Plain::items($this->client()->get('/v1/jobs', [
            'connection' => $connection,
            'entity' => $this->job(),
            'limit' => 1,
        ]));

        return isset($jobs[0]) && is_array($jobs[0]) ? $this->jobData($jobs[0]) : null;
    }

    /**
     * Return the ticked rows. They come as one JSON text, because PHP drops all but the first thousand
     * values of a form without a word.
     *
     * @return string[]
     */
    private function ids(): array
    {
        $given = json_decode($this->shop->posted('ids', '[]'), true);
        $ids = array_filter(array_map('strval', array_filter((array)$given, 'is_scalar')), function ($id) {
            return $id !== '' && strlen($id) <= 96;
        });
        $ids = array_values(array_unique($ids));

        if (count($ids) > self::MAX_IDS) {
            throw $this->ownProblem('too_many');
        }

        return $ids;
    }
}

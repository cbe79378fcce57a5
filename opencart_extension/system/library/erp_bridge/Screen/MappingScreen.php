<?php

namespace ErpBridge\Screen;

use ErpBridge\OpenCart\Shop;
use ErpBridge\Screens;
use ErpBridge\View\MappingView;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A list of the shop's records of one kind beside their counterparts in the ERP, with Synchronize.
 */
class MappingScreen extends MappingJobs
{
    const LIMIT = 20;
    const SORTS = ['store_key', 'label', 'erp_id', 'state', 'synced_at'];

    public function __construct(Shop $shop, string $name)
    {
        parent::__construct($shop, $name);

        if ($this->onlyLinks()) {
            $this->words = $this->words->about('only_links');
        }
    }

    public function handlers(): array
    {
        return $this->jobHandlers() + [
            'index' => ['access', 'page'],
            'list' => ['access', 'part'],
            'candidates' => ['access', 'json'],
            'offers' => ['access', 'json'],
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
        $chosen = $this->chosenConnection();

        if (!$chosen) {
            return $this->emptyPage();
        }

        $view = new MappingView($this->words, $this->shop->clock());

        return [
            'groups' => $this->buttonGroups($chosen),
            'toolbar' => $this->toolbar($chosen),
            'body' => $this->view('mappings', $this->connectionData($chosen) + [
                'tabs' => $this->tabs($chosen),
                'filter' => $this->filter(),
                'states' => $view->stateOptions(),
                'list' => $this->table($chosen),
                'intro' => $this->words->orElse('intro_' . $this->name, ''),
                'extra' => $this->extra($chosen),
                'tick_buttons' => $this->tickButtons($chosen),
                'nothing_offered' => $this->outgoing() === '' && $this->incoming() !== ''
                    && !$this->directions($chosen),
            ]),
            'config' => [
                'query' => array_merge(['connection' => $chosen, 'tab' => $this->tab()], $this->filter()),
                'page' => $this->shop->screenLink($this->name),
                'job' => $this->lastJob($chosen),
            ],
        ];
    }

    public function list(): string
    {
        return $this->table((int)$this->shop->query('connection'));
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_rows', 'erp_bridge_job', 'erp_bridge_auto', 'erp_bridge_mappings'];
    }

    /**
     * Return what a screen shows above its list.
     */
    protected function extra(int $connection): string
    {
        return '';
    }

    protected function connectionNames(): array
    {
        return $this->knownNames();
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

    /**
     * Tell whether records are only linked here and never travel.
     */
    private function onlyLinks(): bool
    {
        return $this->outgoing() === '' && $this->incoming() === '';
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
            $href = $this->recordHref($this->tab(), Plain::text($item, 'store_key'));
            $rows[] = $view->row($item, $href, $this->tab());
        }

        return $this->view('mapping_list', [
            'rows' => $rows,
            'pages' => $this->pagesHtml($list, !$this->onlyLinks()),
            'filter' => $this->filter(),
            'filtered' => $this->filter()['q'] !== '' || $this->filter()['state'] !== '',
            'links' => $this->mayModify() && Screens::MAPPINGS[$this->name]['links'],
            'ticks' => $this->hasTicks(),
            'times' => !$this->onlyLinks(),
        ]);
    }
}

<?php

namespace ErpBridge\Screen;

use ErpBridge\Agent\PingCheck;
use ErpBridge\Install\EventList;
use ErpBridge\Install\Installer;
use ErpBridge\Problem;
use ErpBridge\Screens;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The dashboard: is the agent well, what runs, what waits for a person, what was done.
 */
final class JobsScreen extends WithJobs
{
    const LIMIT = 15;
    const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'];

    public function handlers(): array
    {
        return $this->jobHandlers() + [
            'index' => ['access', 'page'],
            'list' => ['access', 'part'],
            'held' => ['access', 'part'],
            'release' => ['modify', 'json'],
            'drop' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function index(): array
    {
        if ($this->shop->query('job') !== '') {
            return $this->one($this->jobId($this->shop->query('job')));
        }

        try {
            $findings = $this->agentFindings();
            $this->connections();
            $running = $this->runningJobs();
            $held = $this->heldTable();
            $list = $this->jobsTable();
        } catch (Problem $problem) {
            return [
                'body' => $this->view('dashboard_down', ['panel' => $this->problemHtml($problem)]),
                'failed' => true,
            ];
        }

        return [
            'toolbar' => $this->startButtons(),
            'body' => $this->view('dashboard', [
                'findings' => $this->view('findings', ['findings' => $findings]),
                'lamp' => $this->lamp($findings),
                'connections' => $this->connectionRows(),
                'connections_href' => $this->may('access', 'connections') ? $this->shop->screenLink('connections') : '',
                'running' => array_column($running, 'id'),
                'held' => $held,
                'conflicts' => $this->conflicts(),
                'conflicts_href' => $this->shop->screenLink('conflicts'),
                'list' => $list,
                'entities' => $this->entityOptions($this->entities()),
                'states' => $this->stateOptions(),
                'filter' => $this->filter(),
            ]),
            'config' => [
                'jobs' => $running,
                'query' => $this->filter(),
                'page' => $this->shop->screenLink($this->name),
            ],
        ];
    }

    public function list(): string
    {
        $this->connections();

        return $this->jobsTable();
    }

    public function held(): string
    {
        return $this->heldTable();
    }

    /**
     * Put waiting work back to work.
     *
     * @return array<string, mixed>
     */
    public function release(): array
    {
        return $this->changeHeld('release', 'held_released');
    }

    /**
     * End waiting work without doing it.
     *
     * @return array<string, mixed>
     */
    public function drop(): array
    {
        return $this->changeHeld('drop', 'held_dropped');
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_rows', 'erp_bridge_job', 'erp_bridge_jobs'];
    }

    protected function connectionNames(): array
    {
        return $this->knownNames();
    }

    /**
     * @return array<string, mixed>
     */
    private function one(int $id): array
    {
        $this->connections();
        $job = $this->jobData($this->client()->get('/v1/jobs/' . $id));
        $heading = $this->words->get('job_heading', ['id' => $id, 'title' => $job['title']]);

        return [
            'heading' => $heading,
            'crumbs' => [['text' => $heading, 'href' => '']],
            'toolbar' => [$this->button('back', 'button_back', 'light', '', $this->shop->screenLink($this->name))],
            'body' => $this->view('job', ['job' => $job, 'zone' => $this->shop->clock()->zone()]),
            'config' => ['jobs' => [$job], 'page' => $this->shop->screenLink($this->name)],
        ];
    }

    /**
     * @return array<int, array<string, string>>
     */
    private function agentFindings(): array
    {
        $shop = ['database' => DB_DATABASE, 'prefix' => DB_PREFIX, 'url' => $this->shop->url()];
        $whole = EventList::isWhole((new Installer($this->shop))->checkEvents());

        return (new PingCheck($this->client(), $this->words))->findings($shop, $whole);
    }

    /**
     * @param array<int, array<string, string>> $findings
     */
    private function lamp(array $findings): string
    {
        $levels = array_column($findings, 'level');

        return in_array('error', $levels, true) ? 'error' : (in_array('warning', $levels, true) ? 'warning' : 'ok');
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    private function runningJobs(): array
    {
        $jobs = [];

        foreach (['running', 'queued'] as $state) {
            $query = ['state' => $state, 'limit' => 5];

            foreach (Plain::items($this->client()->get('/v1/jobs', $query)) as $job) {
                $jobs[] = $this->jobData((array)$job);
            }
        }

        return $jobs;
    }

    private function jobsTable(): string
    {
        $query = array_filter($this->filter(), function ($value) {
            return $value !== '';
        });
        $list = $this->client()->get('/v1/jobs', ['limit' => self::LIMIT] + $query);

        return $this->view('job_list', [
            'rows' => array_map(function ($job) {
                return $this->jobData((array)$job);
            }, array_values(Plain::items($list))),
            'pages' => $this->pagesHtml($list),
        ]);
    }

    private function heldTable(): string
    {
        $list = $this->client()->get('/v1/held', ['limit' => 20]);
        $rows = [];

        foreach (Plain::items($list) as $task) {
            $error = Plain::items($task, 'error');
            $rows[] = [
                'id' => Plain::number($task, 'id'),
                'record' => Plain::text($error, 'record') ?: Plain::text($task, 'key'),
                'cause' => Plain::text($error, 'cause'),
                'fix' => Plain::text($error, 'fix'),
                'since' => $this->shop->clock()->text(Plain::text($task, 'updated_at')),
            ];
        }

        return $this->view('held', [
            'rows' => $rows,
            'total' => Plain::number($list, 'total'),
            'may_modify' => $this->mayModify(),
        ]);
    }

    /**
     * @return array<string, mixed>
     */
    private function changeHeld(string $action, string $text): array
    {
        $id = $this->jobId($this->shop->posted('task'));
        $this->client()->post('/v1/held/' . $id . '/' . $action);

        return ['message' => $this->words->get($text)];
    }

    /**
     * @return array{entity: string, state: string, page: int}
     */
    private function filter(): array
    {
        $entity = $this->shop->query('entity');
        $state = $this->shop->query('state');

        return [
            'entity' => in_array($entity, $this->entities(), true) ? $entity : '',
            'state' => in_array($state, self::STATES, true) ? $state : '',
            'page' => max(1, min(1000000, (int)$this->shop->query('page', '1'))),
        ];
    }

    /**
     * @return string[]
     */
    private function entities(): array
    {
        return Screens::jobEntities();
    }

    /**
     * @return array<int, array{value: string, label: string}>
     */
    private function stateOptions(): array
    {
        return array_map(function ($state) {
            return ['value' => $state, 'label' => $this->words->get('job_' . $state)];
        }, self::STATES);
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    private function connectionRows(): array
    {
        return array_map(function ($item) {
            $isPaused = Plain::text($item, 'state') === 'paused';
            $reason = Plain::items($item, 'paused');

            return [
                'name' => Plain::text($item, 'name'),
                'paused' => $isPaused,
                'label' => $this->words->get($isPaused ? 'connection_paused' : 'connection_active'),
                'cause' => Plain::text($reason, 'cause'),
            ];
        }, array_values($this->connections()->items()));
    }

    /**
     * Return links to the screens where work is started.
     *
     * @return array<int, array<string, string>>
     */
    private function startButtons(): array
    {
        return $this->may('modify', 'products')
            ? [$this->button('sync', 'button_to_products', 'primary', '', $this->shop->screenLink('products'))]
            : [];
    }
}

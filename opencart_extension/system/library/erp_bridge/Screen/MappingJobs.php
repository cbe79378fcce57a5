<?php

namespace ErpBridge\Screen;

use ErpBridge\Screens;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Jobs of a mapping screen, to the ERP and from it: the buttons that start them, and what they start.
 */
abstract class MappingJobs extends MappingEdit
{
    const MAX_IDS = 10000;
    const MODES = ['all', 'changed', 'ids'];

    /**
     * Start a job; without a connection and with several to choose from, ask which.
     *
     * @return array<string, mixed>
     */
    public function start(): array
    {
        $mode = $this->shop->posted('mode');
        $fromErp = $this->shop->posted('direction') === 'to-store';
        $entity = $fromErp ? $this->incoming() : $this->outgoing();
        $ids = $this->ids();

        if ($entity === '' || !in_array($mode, self::MODES, true)) {
            throw $this->ownProblem('request');
        }

        if ($mode === 'ids' && !$ids) {
            throw $this->ownProblem('nothing_ticked');
        }

        $connection = (int)$this->shop->posted('connection');

        if (!$connection) {
            $able = $fromErp ? $this->connections()->giving($entity) : $this->connections()->active();

            if (!$able) {
                throw $this->ownProblem($fromErp ? 'no_source' : 'no_connection');
            }

            if (count($able) > 1) {
                return ['choose' => array_intersect_key($this->connections()->names(), array_flip($able))];
            }

            $connection = $able[0];
        }

        return ['job' => $this->jobData($this->client()->post('/v1/jobs', [
            'connection' => $connection,
            'entity' => $entity,
            'direction' => $fromErp ? 'to-store' : 'to-erp',
            'mode' => $mode,
            'ids' => $mode === 'ids' ? $ids : [],
            'dry_run' => $this->shop->posted('dry_run') === '1',
            'requested_by' => $this->shop->userName(),
        ]))];
    }

    /**
     * Return what can come from the ERPs for the rows of OpenCart's own list of these records.
     *
     * @return array<string, mixed>
     */
    public function offers(): array
    {
        $screens = isset(Screens::FROM_LIST[$this->name]) ? Screens::FROM_LIST[$this->name] : [];

        return ['from' => array_values(array_filter($screens, function ($screen) {
            return $this->may('modify', $screen)
                && $this->connections()->giving(Screens::MAPPINGS[$screen]['from']) !== [];
        }))];
    }

    /**
     * Return the entity of a job to the ERP started here, '' where there is none.
     */
    protected function outgoing(): string
    {
        return Screens::MAPPINGS[$this->name]['job'];
    }

    /**
     * Return the entity of a job from the ERP started here, '' where there is none.
     */
    protected function incoming(): string
    {
        return Screens::MAPPINGS[$this->name]['from'];
    }

    /**
     * Return the directions in which records go on this screen, by the beginning of their buttons' acts.
     *
     * @return array<string, string> name of the direction by the prefix of acts
     */
    protected function directions(int $connection): array
    {
        $directions = $this->outgoing() === '' ? [] : ['' => 'to_erp'];

        if ($this->connections()->offers($connection, $this->incoming())) {
            $directions['from-'] = 'from_erp';
        }

        return $directions;
    }

    /**
     * Return the buttons that start jobs, by direction; with one direction they need no heading.
     *
     * @return array<int, array<string, mixed>>
     */
    protected function buttonGroups(int $connection): array
    {
        $directions = $this->mayModify() ? $this->directions($connection) : [];
        $groups = [];

        foreach ($directions as $prefix => $direction) {
            $style = count($directions) > 1 ? 'short_' : '';
            $buttons = [];

            foreach (['changed' => 'sync', 'all' => 'all', 'preview' => 'preview'] as $act => $icon) {
                $class = $act === 'changed' ? 'primary' : 'light';
                $icon = $act === 'all' && $prefix !== '' ? 'fetch' : $icon;
                $button = $this->button($icon, 'button_' . $style . $act, $class, $prefix . $act);
                $button['help'] = $this->words->get('button_' . $direction . '_' . $act . '_help');
                $buttons[] = $button;
            }

            $label = count($directions) > 1 ? $this->words->get('direction_' . $direction) : '';
            $groups[] = ['label' => $label, 'buttons' => $buttons];
        }

        return $groups;
    }

    /**
     * @return array<int, array<string, string>> buttons of the page beside those that start jobs
     */
    protected function toolbar(int $connection): array
    {
        return $this->mayModify() && Screens::MAPPINGS[$this->name]['links']
            ? [$this->button('auto', 'button_auto', 'light', 'auto')]
            : [];
    }

    protected function hasTicks(): bool
    {
        return $this->mayModify() && Screens::MAPPINGS[$this->name]['tabs'][$this->tab()];
    }

    /**
     * Return the buttons below the list for its ticked rows.
     *
     * @return array<int, array<string, string>>
     */
    protected function tickButtons(int $connection): array
    {
        if (!$this->hasTicks()) {
            return [];
        }

        $directions = $this->directions($connection);
        $buttons = [];

        foreach ($directions as $prefix => $direction) {
            $text = count($directions) > 1 ? 'button_ticked_' . $direction : 'button_ticked';
            $buttons[] = $this->button($prefix === '' ? 'sync' : 'fetch', $text, 'light', $prefix . 'ticked');
        }

        return $buttons;
    }

    /**
     * @return array<string, mixed>|null the running job of these records, else the last one
     */
    protected function lastJob(int $connection): ?array
    {
        $entity = $this->outgoing() ?: $this->incoming();

        if ($entity === '') {
            return null;
        }

        $jobs = Plain::items($this->client()->get('/v1/jobs', [
            'connection' => $connection,
            'entity' => $entity,
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

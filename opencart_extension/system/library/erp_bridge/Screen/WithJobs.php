<?php

namespace ErpBridge\Screen;

use ErpBridge\Screens;
use ErpBridge\View\JobView;
use ErpBridge\View\Plain;
use ErpBridge\View\RecordView;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What every screen with a progress bar does: follow a job, list its records, cancel it, try again.
 */
abstract class WithJobs extends Screen
{
    const RECORD_LIMIT = 20;
    const OUTCOMES = ['failed', 'held', 'warning', 'planned'];

    /**
     * @return array<string, array{0: string, 1: string}>
     */
    protected function jobHandlers(): array
    {
        return [
            'progress' => ['access', 'json'],
            'records' => ['access', 'part'],
            'cancel' => ['modify', 'json'],
            'retry' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function progress(): array
    {
        return ['job' => $this->jobData($this->job('access', $this->jobId($this->shop->query('job'))))];
    }

    /**
     * Return one page of a job's failed, waiting, warned or planned records.
     */
    public function records(): string
    {
        $outcome = $this->shop->query('outcome');
        $outcome = in_array($outcome, self::OUTCOMES, true) ? $outcome : 'failed';
        $id = $this->jobId($this->shop->query('job'));
        $this->job('access', $id);
        $list = $this->client()->get('/v1/jobs/' . $id . '/records', [
            'outcome' => $outcome,
            'page' => max(1, (int)$this->shop->query('page', '1')),
            'limit' => self::RECORD_LIMIT,
        ]);
        $view = new RecordView($this->words);

        return $this->view('records', [
            'outcome' => $outcome,
            'rows' => array_map([$view, 'row'], array_values(Plain::items($list))),
            'pages' => $this->pagesHtml($list, false),
            'from_erp' => $this->shop->query('direction') === 'to-store',
        ]);
    }

    /**
     * @return array<string, mixed>
     */
    public function cancel(): array
    {
        return $this->change('cancel');
    }

    /**
     * @return array<string, mixed>
     */
    public function retry(): array
    {
        return $this->change('retry');
    }

    /**
     * @param array<string, mixed> $job
     *
     * @return array<string, mixed>
     */
    protected function jobData(array $job): array
    {
        $data = $this->jobView()->data($job);
        $data['may_modify'] = $this->mayModify() && $this->mayJob('modify', $data['entity']);
        $data['href'] = $this->may('access', 'jobs') ? $this->shop->screenLink('jobs', '', ['job' => $data['id']]) : '';

        return $data;
    }

    /**
     * Tell whether the user has a right for the jobs of an entity: on a screen of its records, or on that of all jobs.
     */
    protected function mayJob(string $right, string $entity): bool
    {
        foreach (array_merge(['jobs'], Screens::ofEntity($entity)) as $screen) {
            if ($this->may($right, $screen)) {
                return true;
            }
        }

        return false;
    }

    protected function jobView(): JobView
    {
        return new JobView($this->words, $this->shop->clock(), $this->connectionNames());
    }

    /**
     * @return array<int, string> names by id; a screen that knows the connections overrides it
     */
    protected function connectionNames(): array
    {
        return [];
    }

    protected function jobId(string $text): int
    {
        if (!preg_match('/^[1-9][0-9]{0,9}$/D', $text)) {
            throw $this->ownProblem('request');
        }

        return (int)$text;
    }

    /**
     * Return a job for whose entity the user has the right: any screen can be asked for any number.
     *
     * @return array<string, mixed>
     */
    private function job(string $right, int $id): array
    {
        $job = $this->client()->get('/v1/jobs/' . $id);

        if (!$this->mayJob($right, Plain::text($job, 'entity'))) {
            throw $this->ownProblem('permission');
        }

        return $job;
    }

    /**
     * @return array<string, mixed>
     */
    private function change(string $action): array
    {
        $id = $this->jobId($this->shop->posted('job'));
        $this->job('modify', $id);

        return ['job' => $this->jobData($this->client()->post('/v1/jobs/' . $id . '/' . $action))];
    }
}

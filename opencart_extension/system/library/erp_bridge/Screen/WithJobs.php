<?php

namespace ErpBridge\Screen;

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
        return ['job' => $this->jobData($this->client()->get('/v1/jobs/' . $this->jobId($this->shop->query('job'))))];
    }

    /**
     * Return one page of a job's failed, waiting, warned or planned records.
     */
    public function records(): string
    {
        $outcome = $this->shop->query('outcome');
        $outcome = in_array($outcome, self::OUTCOMES, true) ? $outcome : 'failed';
        $list = $this->client()->get('/v1/jobs/' . $this->jobId($this->shop->query('job')) . '/records', [
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
        $data['may_modify'] = $this->mayModify();
        $data['href'] = $this->may('access', 'jobs') ? $this->shop->screenLink('jobs', '', ['job' => $data['id']]) : '';

        return $data;
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
     * @return array<string, mixed>
     */
    private function change(string $action): array
    {
        $id = $this->jobId($this->shop->posted('job'));

        return ['job' => $this->jobData($this->client()->post('/v1/jobs/' . $id . '/' . $action))];
    }
}

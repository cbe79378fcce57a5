<?php

namespace ErpBridge\View;

use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A job as the screens show it: title, state, how far it is, counts, what can be done.
 */
final class JobView
{
    const COUNTS = ['read', 'unchanged', 'created', 'updated', 'archived', 'failed', 'held', 'warning'];

    /** Entities that go one way only, so that their jobs need not say which. */
    const FROM_ERP_ONLY = ['stock', 'prices'];

    /** Colour of a state or a count. */
    const TONES = [
        'queued' => 'wait', 'running' => 'run', 'done' => 'good', 'failed' => 'bad', 'cancelled' => 'off',
        'created' => 'good', 'updated' => 'good', 'held' => 'wait', 'warning' => 'wait',
    ];

    /** @var Words */
    private $words;

    /** @var Clock */
    private $clock;

    /** @var array<int, string> */
    private $connections;

    /**
     * @param array<int, string> $connections names by id
     */
    public function __construct(Words $words, Clock $clock, array $connections = [])
    {
        $this->words = $words;
        $this->clock = $clock;
        $this->connections = $connections;
    }

    /**
     * @param array<string, mixed> $job as the agent gives it
     *
     * @return array<string, mixed>
     */
    public function data(array $job): array
    {
        $state = Plain::text($job, 'state');
        $running = in_array($state, ['queued', 'running'], true);
        $counts = Plain::items($job, 'counts');
        $troubled = Plain::number($counts, 'failed') + Plain::number($counts, 'held') > 0;

        return [
            'id' => Plain::number($job, 'id'),
            'title' => $this->title($job),
            'entity' => Plain::text($job, 'entity'),
            'direction' => self::isFromErp($job) ? 'to-store' : 'to-erp',
            'state' => $state,
            'state_label' => $this->stateLabel($state, $troubled),
            'tone' => $state === 'done' && $troubled ? 'wait' : $this->tone($state),
            'running' => $running,
            'dry_run' => Plain::flag($job, 'dry_run'),
            'percent' => $this->percent($job, $state),
            'progress_text' => $this->progressText($job, $counts),
            'stage' => $running ? $this->stage(Plain::text($job, 'stage'), $state) : '',
            'counts' => $this->counts($counts, Plain::flag($job, 'dry_run')),
            'error' => $this->error($job),
            'created' => $this->clock->text(Plain::text($job, 'created_at')),
            'finished' => $this->clock->text(Plain::text($job, 'finished_at')),
            'duration' => $this->duration($job),
            'who' => $this->who($job),
            'connection' => $this->connectionName($job),
            'can_cancel' => $running,
            'can_retry' => !$running && !Plain::flag($job, 'dry_run') && ($troubled || $state === 'failed'),
        ];
    }

    /**
     * @param array<string, mixed> $job
     */
    private static function isFromErp(array $job): bool
    {
        return Plain::text($job, 'direction') === 'to-store';
    }

    /**
     * @param array<string, mixed> $job
     */
    private function title(array $job): string
    {
        $entity = Plain::text($job, 'entity');
        $name = $this->words->orElse('entity_' . str_replace('-', '_', $entity), $entity);

        if (self::isFromErp($job) && !in_array($entity, self::FROM_ERP_ONLY, true)) {
            $name = $this->words->get('job_from_erp', ['entity' => $name]);
        }

        return Plain::flag($job, 'dry_run') ? $this->words->get('job_preview_of', ['entity' => $name]) : $name;
    }

    private function stateLabel(string $state, bool $troubled): string
    {
        $key = $state === 'done' && $troubled ? 'job_done_troubled' : 'job_' . $state;

        return $this->words->orElse($key, $state);
    }

    private function tone(string $name): string
    {
        return isset(self::TONES[$name]) ? self::TONES[$name] : 'off';
    }

    /**
     * Return how far the job is, null while that is unknown.
     *
     * @param array<string, mixed> $job
     */
    private function percent(array $job, string $state): ?int
    {
        if ($state === 'done') {
            return 100;
        }

        $total = Plain::number($job, 'total');

        if ($total < 1) {
            return $state === 'running' || $state === 'queued' ? null : 0;
        }

        $read = Plain::number(Plain::items($job, 'counts'), 'read');

        return (int)min($state === 'running' ? 99 : 100, floor($read * 100 / $total));
    }

    /**
     * @param array<string, mixed>     $job
     * @param array<int|string, mixed> $counts
     */
    private function progressText(array $job, array $counts): string
    {
        $total = Plain::number($job, 'total');
        $read = Plain::number($counts, 'read');

        return $total > 0
            ? $this->words->get('job_of', ['read' => $read, 'total' => max($read, $total)])
            : $this->words->get('job_so_far', ['read' => $read]);
    }

    private function stage(string $stage, string $state): string
    {
        if ($state === 'queued' || $stage === '') {
            return $this->words->get($state === 'queued' ? 'job_waits' : 'job_runs');
        }

        $name = $this->words->orElse('entity_' . str_replace('-', '_', $stage), $stage);

        return $this->words->get('job_stage', ['stage' => $name]);
    }

    /**
     * @param array<int|string, mixed> $counts
     *
     * @return array<int, array<string, mixed>>
     */
    private function counts(array $counts, bool $preview): array
    {
        $shown = [];

        foreach (self::COUNTS as $name) {
            $value = Plain::number($counts, $name);
            $key = 'count_' . $name . ($preview && $this->words->has('count_' . $name . '_preview') ? '_preview' : '');
            $shown[] = [
                'name' => $name,
                'label' => $this->words->get($key),
                'value' => $value,
                'tone' => $value === 0 ? 'off' : ($name === 'failed' ? 'bad' : $this->tone($name)),
            ];
        }

        return $shown;
    }

    /**
     * @param array<string, mixed> $job
     *
     * @return array<string, string>|null
     */
    private function error(array $job): ?array
    {
        $error = isset($job['error']) ? $job['error'] : null;

        if (Plain::text($error, 'cause') === '') {
            return null;
        }

        return [
            'code' => Plain::text($error, 'code'),
            'record' => Plain::text($error, 'record'),
            'cause' => Plain::text($error, 'cause'),
            'fix' => Plain::text($error, 'fix'),
        ];
    }

    /**
     * @param array<string, mixed> $job
     */
    private function duration(array $job): string
    {
        if (Plain::text($job, 'finished_at') === '') {
            return '';
        }

        $seconds = $this->clock->seconds(Plain::text($job, 'started_at'), Plain::text($job, 'finished_at'));

        if ($seconds < 60) {
            return $this->words->get('seconds', ['n' => $seconds]);
        }

        $minutes = intdiv($seconds, 60);

        return $minutes < 60
            ? $this->words->get('minutes', ['n' => $minutes, 's' => $seconds % 60])
            : $this->words->get('hours', ['n' => intdiv($minutes, 60), 'm' => $minutes % 60]);
    }

    /**
     * @param array<string, mixed> $job
     */
    private function who(array $job): string
    {
        $name = Plain::text($job, 'requested_by');
        $origin = Plain::text($job, 'origin');

        return $name !== '' ? $name : $this->words->orElse('origin_' . $origin, $origin);
    }

    /**
     * @param array<string, mixed> $job
     */
    private function connectionName(array $job): string
    {
        $id = Plain::number($job, 'connection');

        return isset($this->connections[$id]) ? $this->connections[$id] : ($id ? '#' . $id : '');
    }
}

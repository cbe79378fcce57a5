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
    use OpenRecords;

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
     * Take a side for all fields of a record, or one for some of them; the others stay open.
     *
     * @return array<string, mixed>
     */
    public function settle(): array
    {
        $path = $this->postedRecord();
        $all = $this->shop->posted('all');
        $choices = array_filter((array)json_decode($this->shop->posted('choices', '{}'), true), function ($side) {
            return in_array($side, self::SIDES, true);
        });

        if (!$choices && !in_array($all, self::SIDES, true)) {
            throw $this->ownProblem('nothing_chosen');
        }

        $body = [
            'connection' => (int)$this->shop->posted('connection'),
            'requested_by' => $this->shop->userName(),
        ];
        $body += $choices ? ['choices' => (object)$choices] : ['all' => $all];

        return ['job' => $this->jobData($this->client()->post($path, $body))];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_rows', 'erp_bridge_job', 'erp_bridge_conflicts'];
    }

    /**
     * Whoever sees the conflicts of some records may follow the jobs that settle them.
     */
    protected function mayJob(string $right, string $entity): bool
    {
        return parent::mayJob($right, $entity) || ($right === 'access' && in_array($entity, $this->entities(), true));
    }

    protected function source(): string
    {
        return '/v1/conflicts';
    }

    protected function row($item): array
    {
        $view = new ConflictView($this->words, $this->shop->clock(), $this->connections()->names());
        $href = $this->recordHref(Plain::text($item, 'entity'), Plain::text($item, 'store_key'));

        return $view->row($item, $href);
    }

    /**
     * @return string[] what both sides can change: what goes both ways
     */
    protected function entities(): array
    {
        $found = [];

        foreach (Screens::MAPPINGS as $mapping) {
            if ($mapping['job'] !== '' && $mapping['from'] !== '') {
                $found = array_merge($found, array_keys($mapping['tabs']));
            }
        }

        return $found;
    }
}

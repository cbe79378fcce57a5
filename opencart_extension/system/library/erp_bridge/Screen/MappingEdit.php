<?php

namespace ErpBridge\Screen;

use ErpBridge\Screens;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Changes of single mappings by hand, and the search for counterparts by itself.
 */
abstract class MappingEdit extends WithJobs
{
    /**
     * Search the ERP for records to link to.
     *
     * @return array<string, mixed>
     */
    public function candidates(): array
    {
        $answer = $this->client()->get('/v1/mappings/' . $this->tab() . '/candidates', [
            'connection' => (int)$this->shop->query('connection'),
            'q' => Plain::cut($this->shop->query('q'), 200),
        ]);

        return ['items' => array_map(function ($item) {
            return ['erp_id' => Plain::text($item, 'erp_id'), 'label' => Plain::text($item, 'label')];
        }, array_values(Plain::items($answer)))];
    }

    /**
     * @return array<string, mixed>
     */
    public function link(): array
    {
        $this->client()->put($this->recordPath(), [
            'connection' => (int)$this->shop->posted('connection'),
            'erp_id' => trim($this->shop->posted('erp_id')),
        ]);

        return ['message' => $this->words->get('mapping_linked_now')];
    }

    /**
     * @return array<string, mixed>
     */
    public function unlink(): array
    {
        $this->client()->delete($this->recordPath(), ['connection' => (int)$this->shop->posted('connection')]);

        return ['message' => $this->words->get('mapping_unlinked_now')];
    }

    /**
     * @return array<string, mixed>
     */
    public function exclude(): array
    {
        return $this->changeRecord('exclude', 'mapping_excluded_now');
    }

    /**
     * @return array<string, mixed>
     */
    public function readmit(): array
    {
        return $this->changeRecord('include', 'mapping_readmitted_now');
    }

    /**
     * Find counterparts in the ERP for the next part of the records; link them, or (dry run) only show them.
     *
     * One call looks at some thousand records; ``remaining`` tells whether there are more, ``after`` where to go on.
     *
     * @return array<string, mixed>
     */
    public function auto(): array
    {
        $isDry = $this->shop->posted('dry_run') === '1';
        $answer = $this->client()->post('/v1/mappings/' . $this->tab() . '/auto', [
            'connection' => (int)$this->shop->posted('connection'),
            'dry_run' => $isDry,
            'after' => $this->shop->posted('after'),
        ]);
        $counts = ['linked' => 0, 'ambiguous' => 0, 'none' => 0];
        $rows = [];

        foreach (Plain::items($answer) as $item) {
            $result = Plain::text($item, 'result');
            $counts[$result] = (isset($counts[$result]) ? $counts[$result] : 0) + 1;

            if ($result === 'none') {
                continue;
            }

            $by = Plain::text($item, 'matched_by');
            $rows[] = [
                'key' => Plain::text($item, 'store_key'),
                'label' => Plain::text($item, 'label'),
                'erp_id' => Plain::text($item, 'erp_id'),
                'erp_label' => Plain::text($item, 'erp_label'),
                'by' => $by === '' ? '' : $this->words->orElse('matched_by_' . $by, $by),
                'result' => $result,
                'result_label' => $this->words->orElse('auto_' . $result, $result),
            ];
        }

        return [
            'html' => $isDry && $rows ? $this->view('auto', ['rows' => $rows]) : '',
            'counts' => $counts,
            'remaining' => Plain::number($answer, 'remaining'),
            'after' => Plain::text($answer, 'after'),
        ];
    }

    protected function tab(): string
    {
        $tabs = array_keys(Screens::MAPPINGS[$this->name]['tabs']);
        $asked = $this->shop->query('tab') ?: $this->shop->posted('tab');

        return in_array($asked, $tabs, true) ? $asked : $tabs[0];
    }

    private function recordPath(): string
    {
        $key = $this->shop->posted('key');

        if ($key === '') {
            throw $this->ownProblem('request');
        }

        return '/v1/mappings/' . $this->tab() . '/' . rawurlencode($key);
    }

    /**
     * @return array<string, mixed>
     */
    private function changeRecord(string $action, string $text): array
    {
        $this->client()->post($this->recordPath() . '/' . $action, [
            'connection' => (int)$this->shop->posted('connection'),
        ]);

        return ['message' => $this->words->get($text)];
    }
}

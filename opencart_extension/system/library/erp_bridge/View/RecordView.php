<?php

namespace ErpBridge\View;

use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A record of a job: why it failed or waits, or what a preview would write.
 */
final class RecordView
{
    const MAX_TEXT = 160;
    const TONES = ['create' => 'good', 'update' => 'run', 'archive' => 'bad', 'link' => 'wait'];

    /** @var Words */
    private $words;

    public function __construct(Words $words)
    {
        $this->words = $words;
    }

    /**
     * @param mixed $item as the agent gives it
     *
     * @return array<string, mixed>
     */
    public function row($item): array
    {
        $entity = Plain::text($item, 'entity');
        $detail = Plain::items($item, 'detail');
        $action = Plain::text($detail, 'action');

        return [
            'entity' => $this->words->orElse('one_' . str_replace('-', '_', $entity), $entity),
            'key' => Plain::text($item, 'store_key'),
            'label' => Plain::text($item, 'label'),
            'outcome' => Plain::text($item, 'outcome'),
            'cause' => Plain::text($item, 'cause'),
            'fix' => Plain::text($item, 'fix'),
            'code' => Plain::text($item, 'code'),
            'action' => $action === '' ? '' : $this->words->orElse('action_' . $action, $action),
            'tone' => isset(self::TONES[$action]) ? self::TONES[$action] : 'off',
            'changes' => $this->changes(Plain::items($detail, 'fields')),
        ];
    }

    /**
     * @param array<int|string, mixed> $fields name => [old, new]
     *
     * @return array<int, array{name: string, old: string, new: string}>
     */
    private function changes(array $fields): array
    {
        $changes = [];

        foreach ($fields as $name => $pair) {
            $pair = is_array($pair) ? array_values($pair) : [null, $pair];
            $changes[] = [
                'name' => (string)$name,
                'old' => $this->value(isset($pair[0]) ? $pair[0] : null),
                'new' => $this->value(isset($pair[1]) ? $pair[1] : null),
            ];
        }

        return $changes;
    }

    /**
     * Return several values as one text: texts by language as ``en-gb: Chair · de-de: Stuhl``.
     *
     * @param array<int|string, mixed> $values
     */
    private function group(array $values): string
    {
        if (array_filter($values, 'is_array')) {
            return (string)json_encode($values, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        }

        $isList = array_keys($values) === range(0, count($values) - 1);
        $parts = [];

        foreach ($values as $name => $value) {
            $parts[] = ($isList ? '' : $name . ': ') . $this->value($value);
        }

        return implode($isList ? ', ' : ' · ', $parts);
    }

    /**
     * @param mixed $value
     */
    private function value($value): string
    {
        if ($value === null || $value === '') {
            return '–';
        }

        if (is_bool($value)) {
            return $this->words->get($value ? 'yes' : 'no');
        }

        $text = is_array($value) ? $this->group($value) : (string)$value;

        if (preg_match('/^.{' . self::MAX_TEXT . '}/us', $text, $start) && $start[0] !== $text) {
            return $start[0] . '…';
        }

        return $text;
    }
}

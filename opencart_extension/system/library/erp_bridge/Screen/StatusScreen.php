<?php

namespace ErpBridge\Screen;

use ErpBridge\Problem;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Order statuses: what the ERP does at each of the shop's, and what the shop does when something happens
 * in the ERP.
 */
final class StatusScreen extends MappingEdit
{
    const ENTITY = 'order-status';

    public function handlers(): array
    {
        return [
            'index' => ['access', 'page'],
            'auto' => ['modify', 'json'],
            'actions' => ['modify', 'json'],
            'back' => ['modify', 'json'],
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

        $back = $this->client()->get('/v1/connections/' . $chosen . '/status-back');

        return [
            'toolbar' => $this->mayModify() ? [$this->button('auto', 'button_auto', 'light', 'auto')] : [],
            'body' => $this->view('statuses', $this->connectionData($chosen) + [
                'may_modify' => $this->mayModify(),
                'choices' => $this->choices($chosen),
                'statuses' => $this->statuses($chosen),
                'facts' => $this->facts($back),
                'shop_statuses' => $this->options(Plain::items($back, 'statuses')),
            ]),
            'config' => [
                'query' => ['connection' => $chosen, 'tab' => self::ENTITY],
                'page' => $this->shop->screenLink($this->name),
            ],
        ];
    }

    /**
     * Store what the ERP does at the shop's statuses; those that are refused are named.
     *
     * @return array<string, mixed>
     */
    public function actions(): array
    {
        $connection = (int)$this->shop->posted('connection');
        $before = array_column($this->statuses($connection), 'action', 'key');
        $fields = [];
        $saved = 0;
        $last = null;

        foreach ($this->shop->postedList('action') as $key => $action) {
            if (!isset($before[$key]) || $before[$key] === $action) {
                continue;
            }

            try {
                $this->store($connection, (string)$key, $action);
                $saved++;
            } catch (Problem $problem) {
                if (!$problem->fields()) {
                    throw $problem;
                }

                $last = $problem;
                $fields['action.' . $key] = array_merge(...array_values($problem->fields()));
            }
        }

        if ($last !== null) {
            throw new Problem($last->name(), $last->cause(), $last->fix(), '', $fields);
        }

        return ['message' => $this->words->get($saved ? 'statuses_saved' : 'statuses_same')];
    }

    /**
     * Store what the shop does when something happens in the ERP.
     *
     * @return array<string, mixed>
     */
    public function back(): array
    {
        $connection = (int)$this->shop->posted('connection');
        $statuses = $this->shop->postedList('status');
        $comments = $this->shop->postedList('comment');
        $notify = $this->shop->postedList('notify');
        $items = [];

        foreach ($statuses as $fact => $status) {
            $items[] = [
                'fact' => (string)$fact,
                'status' => $status === '' ? null : $status,
                'notify' => isset($notify[$fact]) && $notify[$fact] === '1',
                'comment' => isset($comments[$fact]) ? trim($comments[$fact]) : '',
            ];
        }

        try {
            $this->client()->put('/v1/connections/' . $connection . '/status-back', ['items' => $items]);
        } catch (Problem $problem) {
            throw $this->byFact($problem, $items);
        }

        return ['message' => $this->words->get('back_saved')];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_auto', 'erp_bridge_statuses'];
    }

    /**
     * Name the fields of a refusal by their facts: the agent counts the items.
     *
     * @param array<int, array<string, mixed>> $items
     */
    private function byFact(Problem $problem, array $items): Problem
    {
        $fields = [];

        foreach ($problem->fields() as $name => $texts) {
            if (preg_match('/^items\.(\d+)(?:\.\w+)?$/D', (string)$name, $found) && isset($items[(int)$found[1]])) {
                $name = 'back.' . $items[(int)$found[1]]['fact'];
            }

            $fields[$name] = array_merge(isset($fields[$name]) ? $fields[$name] : [], $texts);
        }

        return $fields
            ? new Problem($problem->name(), $problem->cause(), $problem->fix(), '', $fields)
            : $problem;
    }

    private function store(int $connection, string $key, string $action): void
    {
        $path = '/v1/mappings/' . self::ENTITY . '/' . rawurlencode($key);

        if ($action === '') {
            $this->client()->delete($path, ['connection' => $connection]);
        } else {
            $this->client()->put($path, ['connection' => $connection, 'erp_id' => $action]);
        }
    }

    /**
     * @return array<int, array<string, string>> the shop's statuses with what is done at each
     */
    private function statuses(int $connection): array
    {
        $list = $this->client()->get('/v1/mappings/' . self::ENTITY, [
            'connection' => $connection,
            'limit' => 200,
            'sort' => 'label',
        ]);

        return array_map(function ($item) {
            $key = Plain::text($item, 'store_key');

            return [
                'key' => $key,
                'label' => Plain::text($item, 'label') ?: $key,
                'href' => $this->recordHref(self::ENTITY, $key),
                'action' => Plain::text($item, 'erp_id'),
                'cause' => Plain::text($item, 'cause'),
                'fix' => Plain::text($item, 'fix'),
            ];
        }, array_values(Plain::items($list)));
    }

    /**
     * @return array<int, array{value: string, label: string}> what can be done at a status
     */
    private function choices(int $connection): array
    {
        $list = $this->client()->get('/v1/mappings/' . self::ENTITY . '/candidates', [
            'connection' => $connection,
            'q' => '',
        ]);

        return array_map(function ($item) {
            $value = Plain::text($item, 'erp_id');
            $word = 'status_action_' . str_replace('+', '_', $value);

            return ['value' => $value, 'label' => $this->words->orElse($word, Plain::text($item, 'label'))];
        }, array_values(Plain::items($list)));
    }

    /**
     * @param array<string, mixed> $back
     *
     * @return array<int, array<string, mixed>>
     */
    private function facts(array $back): array
    {
        return array_map(function ($item) {
            $fact = Plain::text($item, 'fact');

            return [
                'fact' => $fact,
                'label' => $this->words->orElse('fact_' . $fact, Plain::text($item, 'label')),
                'status' => Plain::text($item, 'status'),
                'notify' => Plain::flag($item, 'notify'),
                'comment' => Plain::text($item, 'comment'),
            ];
        }, array_values(Plain::items($back)));
    }

    /**
     * @param array<int|string, mixed> $items
     *
     * @return array<int, array{value: string, label: string}>
     */
    private function options(array $items): array
    {
        return array_map(function ($item) {
            return ['value' => Plain::text($item, 'value'), 'label' => Plain::text($item, 'label')];
        }, array_values($items));
    }
}

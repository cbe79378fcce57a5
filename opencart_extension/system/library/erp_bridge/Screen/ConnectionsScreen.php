<?php

namespace ErpBridge\Screen;

use ErpBridge\Agent\PingCheck;
use ErpBridge\View\ConnectionForm;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * ERP connections: list, form, test, pause, remove. What a kind of ERP needs is asked of the agent.
 */
final class ConnectionsScreen extends Screen
{
    public function handlers(): array
    {
        return [
            'index' => ['access', 'page'],
            'form' => ['access', 'page'],
            'choices' => ['access', 'json'],
            'save' => ['modify', 'json'],
            'test' => ['modify', 'json'],
            'check' => ['modify', 'json'],
            'pause' => ['modify', 'json'],
            'resume' => ['modify', 'json'],
            'remove' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function index(): array
    {
        $connections = new Connections($this->shop, $this->client());
        $kinds = $this->kindLabels();
        $rows = [];

        foreach ($connections->items() as $id => $item) {
            $isPaused = Plain::text($item, 'state') === 'paused';
            $reason = Plain::items($item, 'paused');
            $kind = Plain::text($item, 'kind');
            $rows[] = [
                'id' => $id,
                'name' => Plain::text($item, 'name'),
                'kind' => isset($kinds[$kind]) ? $kinds[$kind] : $kind,
                'url' => Plain::url(Plain::items($item, 'settings'), 'url'),
                'paused' => $isPaused,
                'state_label' => $this->words->get($isPaused ? 'connection_paused' : 'connection_active'),
                'cause' => Plain::text($reason, 'cause'),
                'fix' => Plain::text($reason, 'fix'),
                'updated' => $this->shop->clock()->text(Plain::text($item, 'updated_at')),
                'edit' => $this->shop->screenLink($this->name, 'form', ['id' => $id]),
            ];
        }

        $add = $this->shop->screenLink($this->name, 'form');

        return [
            'toolbar' => $this->mayModify()
                ? [$this->button('plus', 'button_add_connection', 'primary', '', $add)]
                : [],
            'body' => $this->view('connections', [
                'rows' => $rows,
                'add' => $this->mayModify() ? $add : '',
                'may_modify' => $this->mayModify(),
            ]),
            'config' => ['message' => $this->takeMessage()],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function form(): array
    {
        $id = (int)$this->shop->query('id');
        $item = $id ? $this->client()->get('/v1/connections/' . $id) : [];
        $kinds = array_values(Plain::items($this->client()->get('/v1/connection-kinds')));
        $form = (new ConnectionForm($kinds, $item, $this->shop->query('kind')))->data();

        $form['groups'] = array_map(function ($group) use ($form) {
            return $this->formGroup($group, $form['is_new']);
        }, $form['groups']);

        $toolbar = [];

        if ($this->mayModify()) {
            $toolbar[] = $this->button('test', 'button_test', 'light', 'test');
            $toolbar[] = $this->button('save', 'button_save', 'primary', 'save');
        }

        $toolbar[] = $this->button('back', 'button_back', 'light', '', $this->shop->screenLink($this->name));
        $heading = $id
            ? $this->words->get('connection_edit', ['name' => Plain::text($item, 'name')])
            : $this->words->get('connection_add');

        return [
            'heading' => $heading,
            'crumbs' => [['text' => $heading, 'href' => '']],
            'toolbar' => $toolbar,
            'body' => $this->view('connection_form', $form),
            'config' => [
                'id' => $id,
                'page' => $this->shop->screenLink($this->name, 'form'),
                'message' => $this->takeMessage(),
            ],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function save(): array
    {
        $id = (int)$this->shop->posted('id');
        $body = $this->draft();
        $item = $id
            ? $this->client()->patch('/v1/connections/' . $id, $body)
            : $this->client()->post('/v1/connections', $body);
        $message = $this->words->get('connection_saved', ['name' => Plain::text($item, 'name')]);

        if (!$id) {
            $this->shop->remember('message', $message . ' ' . $this->words->get('connection_saved_next'));
        }

        return [
            'message' => $message,
            'href' => $this->shop->screenLink($this->name, 'form', ['id' => Plain::number($item, 'id')]),
        ];
    }

    /**
     * Test what stands in the form; nothing is stored.
     *
     * @return array<string, mixed>
     */
    public function test(): array
    {
        $id = (int)$this->shop->posted('id');
        $body = $this->draft();

        if ($id) {
            $body['id'] = $id;
        }

        return $this->findings($this->client()->post('/v1/connections/test', $body));
    }

    /**
     * Test a stored connection.
     *
     * @return array<string, mixed>
     */
    public function check(): array
    {
        return $this->findings($this->client()->post($this->path('/test')));
    }

    /**
     * Return what the ERP offers for a field of the form, e.g. its companies.
     *
     * @return array<string, mixed>
     */
    public function choices(): array
    {
        $field = $this->shop->query('field');

        if (!preg_match('/^[A-Za-z0-9_]{1,64}$/D', $field)) {
            throw $this->ownProblem('request');
        }

        $path = '/v1/connections/' . (int)$this->shop->query('id') . '/choices/' . $field;

        return ['items' => array_map(function ($item) {
            return ['value' => Plain::text($item, 'value'), 'label' => Plain::text($item, 'label')];
        }, array_values(Plain::items($this->client()->get($path))))];
    }

    /**
     * @return array<string, mixed>
     */
    public function pause(): array
    {
        return $this->said($this->client()->post($this->path('/pause')), 'connection_paused_now');
    }

    /**
     * @return array<string, mixed>
     */
    public function resume(): array
    {
        return $this->said($this->client()->post($this->path('/resume')), 'connection_resumed_now');
    }

    /**
     * @return array<string, mixed>
     */
    public function remove(): array
    {
        $this->client()->delete($this->path(''));
        $this->shop->remember('message', $this->words->get('connection_removed_now'));

        return ['message' => $this->words->get('connection_removed_now')];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_connections'];
    }

    /**
     * @param array<string, mixed> $group
     *
     * @return array<string, string>
     */
    private function formGroup(array $group, bool $isNew): array
    {
        $html = [];

        foreach (['fields', 'more'] as $part) {
            $html[$part] = $group[$part]
                ? $this->view('connection_field', ['fields' => $group[$part], 'is_new' => $isNew])
                : '';
        }

        return $html + [
            'slug' => $group['slug'],
            'label' => $this->words->orElse('form_group_' . $group['slug'], $group['name']),
        ];
    }

    /**
     * @return array<string, string> label by kind
     */
    private function kindLabels(): array
    {
        $labels = [];

        foreach (Plain::items($this->client()->get('/v1/connection-kinds')) as $kind) {
            $labels[Plain::text($kind, 'kind')] = Plain::text($kind, 'label');
        }

        return $labels;
    }

    /**
     * Return the form as the agent wants it.
     *
     * @return array<string, mixed>
     */
    private function draft(): array
    {
        $draft = [
            'name' => trim($this->shop->posted('name')),
            'kind' => $this->shop->posted('kind'),
            'settings' => (object)array_map('trim', $this->shop->postedList('settings')),
        ];

        if ($this->shop->posted('secret') !== '') {
            $draft['secret'] = $this->shop->posted('secret');
        }

        return $draft;
    }

    private function path(string $action): string
    {
        return '/v1/connections/' . (int)$this->shop->posted('id') . $action;
    }

    /**
     * @param array<string, mixed> $answer
     *
     * @return array<string, mixed>
     */
    private function findings(array $answer): array
    {
        $findings = array_map([PingCheck::class, 'ofAgent'], array_values(Plain::items($answer, 'findings')));

        return [
            'ok' => Plain::flag($answer, 'ok'),
            'html' => $this->view('findings', ['findings' => $findings]),
        ];
    }

    /**
     * @param array<string, mixed> $item
     *
     * @return array<string, mixed>
     */
    private function said(array $item, string $text): array
    {
        $message = $this->words->get($text, ['name' => Plain::text($item, 'name')]);
        $this->shop->remember('message', $message);

        return ['message' => $message];
    }

    /**
     * Return the message that the page before left, once.
     */
    private function takeMessage(): string
    {
        $message = (string)$this->shop->remembered('message', '');

        if ($message !== '') {
            $this->shop->remember('message', '');
        }

        return $message;
    }
}

<?php

namespace ErpBridge\Screen;

use ErpBridge\Agent\PingCheck;
use ErpBridge\View\ConnectionForm;
use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The form of a connection: fields, test, save, preparing the ERP, buttons in it. What a kind of ERP needs is asked of
 * the agent.
 */
abstract class ConnectionEdit extends Screen
{
    /**
     * @return array<string, mixed>
     */
    public function form(): array
    {
        $id = (int)$this->shop->query('id');
        $item = $id ? $this->client()->get('/v1/connections/' . $id) : [];
        $kinds = array_values(Plain::items($this->client()->get('/v1/connection-kinds')));
        $form = (new ConnectionForm($kinds, $item, $this->shop->query('kind')))->data();

        $this->words = $this->words->about($form['kind']);
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
                'kind' => $form['kind'],
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
            $words = $this->words->about(Plain::text($item, 'kind'));
            $this->shop->remember('message', $message . ' ' . $words->get('connection_saved_next'));
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
     * Return the box about what the ERP needs before it is written to, '' where it needs nothing.
     */
    public function preparation(): string
    {
        $id = (int)$this->shop->query('id');
        $state = $this->client()->get('/v1/connections/' . $id . '/prepare');

        return Plain::flag($state, 'supported') ? $this->preparationHtml($id, $state, false) : '';
    }

    /**
     * Make in the ERP what is missing, as the box listed it.
     *
     * @return array<string, mixed>
     */
    public function prepare(): array
    {
        $answer = $this->patientClient()->post($this->path('/prepare'));

        return ['html' => $this->preparationHtml((int)$this->shop->posted('id'), $answer, true)];
    }

    /**
     * Return the box about the bridge's buttons in the ERP, '' where the ERP cannot hold any.
     */
    public function buttons(): string
    {
        $state = $this->client()->get('/v1/connections/' . (int)$this->shop->query('id') . '/buttons');

        return Plain::flag($state, 'supported') ? $this->buttonsHtml($state) : '';
    }

    /**
     * Make the buttons in the ERP, or take them back.
     *
     * @return array<string, mixed>
     */
    public function setButtons(): array
    {
        $answer = $this->client()->put($this->path('/buttons'), [
            'installed' => $this->shop->posted('installed') === '1',
        ]);
        $state = $this->client()->get($this->path('/buttons'));

        return [
            'html' => $this->buttonsHtml($state),
            'findings' => $this->findings($answer)['html'],
        ];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_checks', 'erp_bridge_connections'];
    }

    protected function path(string $action): string
    {
        return '/v1/connections/' . (int)$this->shop->posted('id') . $action;
    }

    /**
     * @param array<string, mixed> $answer
     *
     * @return array<string, mixed>
     */
    protected function findings(array $answer): array
    {
        $findings = array_map([PingCheck::class, 'ofAgent'], array_values(Plain::items($answer, 'findings')));

        return [
            'ok' => Plain::flag($answer, 'ok'),
            'html' => $this->view('findings', ['findings' => $findings]),
        ];
    }

    /**
     * Return the message that the page before left, once.
     */
    protected function takeMessage(): string
    {
        $message = (string)$this->shop->remembered('message', '');

        if ($message !== '') {
            $this->shop->remember('message', '');
        }

        return $message;
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

    /**
     * @param array<string, mixed> $state
     * @param bool                 $isDone whether the findings tell what was made, not what is missing
     */
    private function preparationHtml(int $id, array $state, bool $isDone): string
    {
        $kind = (new Connections($this->shop, $this->client()))->kind($id);
        $this->words = $this->words->about($kind);
        $missing = [];
        $told = [];

        foreach (Plain::items($state, 'findings') as $finding) {
            if (Plain::text($finding, 'level') === 'warning' && !$isDone) {
                $missing[] = Plain::text($finding, 'message');
            } else {
                $told[] = $finding;
            }
        }

        return $this->view('preparation', [
            'prepared' => Plain::flag($state, 'prepared'),
            'missing' => $missing,
            'findings' => $this->findings(['findings' => $told])['html'],
            'may_modify' => $this->mayModify(),
        ]);
    }

    /**
     * @param array<string, mixed> $state
     */
    private function buttonsHtml(array $state): string
    {
        return $this->view('buttons', [
            'installed' => Plain::flag($state, 'installed'),
            'push' => Plain::flag($state, 'push'),
            'may_modify' => $this->mayModify(),
        ]);
    }
}

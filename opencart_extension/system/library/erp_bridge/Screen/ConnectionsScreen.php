<?php

namespace ErpBridge\Screen;

use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * ERP connections: list, pause, remove, and what the form of one needs.
 */
final class ConnectionsScreen extends ConnectionEdit
{
    public function handlers(): array
    {
        return [
            'index' => ['access', 'page'],
            'form' => ['access', 'page'],
            'choices' => ['access', 'json'],
            'buttons' => ['access', 'part'],
            'preparation' => ['access', 'part'],
            'prepare' => ['modify', 'json'],
            'setButtons' => ['modify', 'json'],
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
}

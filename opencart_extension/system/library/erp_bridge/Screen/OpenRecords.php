<?php

namespace ErpBridge\Screen;

use ErpBridge\View\Plain;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A list of records of all connections that want a person, with its filter: for a screen.
 *
 * The screen names LIMIT (rows of a page).
 */
trait OpenRecords
{
    /**
     * @return string[] entities that can be on the list
     */
    abstract protected function entities(): array;

    /**
     * Return the agent's address of the list.
     */
    abstract protected function source(): string;

    /**
     * Return a row for the template ``<screen>_list``.
     *
     * @param mixed $item as the agent gives it
     *
     * @return array<string, mixed>
     */
    abstract protected function row($item): array;

    /**
     * @return array<string, mixed>
     */
    public function index(): array
    {
        return [
            'body' => $this->view('open_records', [
                'connections' => $this->connections()->names(),
                'entities' => $this->entityOptions($this->entities()),
                'filter' => $this->filter(),
                'intro' => $this->words->get('intro_' . $this->name),
                'list' => $this->table(),
            ]),
            'config' => ['query' => $this->filter(), 'page' => $this->shop->screenLink($this->name)],
        ];
    }

    public function list(): string
    {
        return $this->table();
    }

    /**
     * @return array<string, mixed> connection, entity, q, page, and what the screen adds
     */
    protected function filter(): array
    {
        $entity = $this->shop->query('entity');

        return [
            'connection' => max(0, (int)$this->shop->query('connection')),
            'entity' => in_array($entity, $this->entities(), true) ? $entity : '',
            'q' => Plain::cut(trim($this->shop->query('q')), 200),
            'page' => max(1, min(1000000, (int)$this->shop->query('page', '1'))),
        ];
    }

    /**
     * Return entity and key of the record that a button was clicked for, as a part of an address.
     */
    protected function postedRecord(): string
    {
        $entity = $this->shop->posted('entity');
        $key = $this->shop->posted('key');

        if (!preg_match('/^[a-z-]{1,24}$/D', $entity) || $key === '') {
            throw $this->ownProblem('request');
        }

        return $this->source() . '/' . $entity . '/' . rawurlencode($key);
    }

    private function table(): string
    {
        $filter = $this->filter();
        $query = array_filter($filter, function ($value) {
            return $value !== '' && $value !== 0;
        });
        $list = $this->client()->get($this->source(), ['limit' => self::LIMIT] + $query);

        return $this->view($this->name . '_list', [
            'rows' => array_map([$this, 'row'], array_values(Plain::items($list))),
            'several' => count($this->connections()->names()) > 1,
            'may_modify' => $this->mayModify(),
            'filtered' => $filter['q'] !== '' || $filter['entity'] !== '',
            'pages' => $this->pagesHtml($list),
        ]);
    }
}

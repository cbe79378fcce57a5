<?php

namespace ErpBridge\Install;

use ErpBridge\Outbox\ModelEvents;
use ErpBridge\Platform;
use ErpBridge\Screens;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The events the extension needs on a given OpenCart, and what of them is missing or changed.
 */
final class EventList
{
    const CODE = 'erp_bridge';

    /** @var Platform */
    private $platform;

    public function __construct(Platform $platform)
    {
        $this->platform = $platform;
    }

    /**
     * Return the rows of OpenCart's event table.
     *
     * @return array<int, array{trigger: string, action: string, description: string}>
     */
    public function expected(): array
    {
        $rows = [
            $this->row('admin/view/common/column_left/before', 'menu', 'Adds the ERP Mapping menu'),
        ];

        foreach (array_keys(Screens::LIST_BUTTONS) as $controller) {
            $trigger = 'admin/view/' . $this->platform->listView($controller) . '/after';
            $rows[] = $this->row($trigger, 'button', 'Adds the Synchronize button');
        }

        $rows[] = $this->row('admin/view/' . Screens::ORDER_PAGE . '/after', 'button', 'Shows the order in the ERP');

        foreach (ModelEvents::triggers($this->platform) as $trigger) {
            $rows[] = $this->row($trigger, 'record', 'Notes that a record changed');
        }

        return $rows;
    }

    /**
     * Compare the event table with what is needed.
     *
     * @param array<int, array<string, mixed>> $rows the table's rows of this extension
     *
     * @return array{missing: string[], disabled: string[], foreign: string[]} triggers
     */
    public function compare(array $rows): array
    {
        $left = [];

        foreach ($this->expected() as $row) {
            $left[$row['trigger'] . ' ' . $row['action']] = $row['trigger'];
        }

        $disabled = [];
        $foreign = [];

        foreach ($rows as $row) {
            $key = $row['trigger'] . ' ' . $row['action'];

            if (!isset($left[$key])) {
                $foreign[] = (string)$row['trigger'];
                continue;
            }

            if (!(int)$row['status']) {
                $disabled[] = $left[$key];
            }

            unset($left[$key]);
        }

        return ['missing' => array_values($left), 'disabled' => $disabled, 'foreign' => $foreign];
    }

    /**
     * Tell whether a comparison found nothing to mend.
     *
     * @param array{missing: string[], disabled: string[], foreign: string[]} $difference
     */
    public static function isWhole(array $difference): bool
    {
        return !$difference['missing'] && !$difference['disabled'] && !$difference['foreign'];
    }

    /**
     * @return array{trigger: string, action: string, description: string}
     */
    private function row(string $trigger, string $method, string $description): array
    {
        return [
            'trigger' => $trigger,
            'action' => $this->platform->eventAction($method),
            'description' => 'ERP Bridge: ' . $description,
        ];
    }
}

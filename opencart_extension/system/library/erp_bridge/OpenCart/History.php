<?php

namespace ErpBridge\OpenCart;

use ErpBridge\Install\Schema;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * History lines that the agent adds to orders, each exactly once.
 *
 * OpenCart's own model adds them, so that the shopper gets the mail and stock moves. Its tables may be
 * without transactions; so each line is announced in a table of the extension first. A line that was
 * announced and not finished is looked for in the order's history before it is added again. One call
 * at a time works on an order.
 */
final class History
{
    const LOCK_SECONDS = 20;
    const MAX_COMMENT = 20000;

    /** @var Shop */
    private $shop;

    /** @var HistoryTable */
    private $table;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
        $fraud = (int)$shop->config('config_fraud_status_id');
        $this->table = new HistoryTable($shop->db(), DB_PREFIX, DB_DATABASE, $fraud);
    }

    /**
     * Add a line, or tell where it is when its event was seen before.
     *
     * @param array<string, mixed> $asked event, order_id, status_id (0 keeps the status), comment, notify
     *
     * @return array{order_history_id: int, repeated: bool}
     *
     * @throws ApiRefusal
     */
    public function add(array $asked): array
    {
        $line = $this->line($asked);
        ignore_user_abort(true);
        (new Schema($this->shop->db(), DB_PREFIX))->ensure();

        if (!$this->table->lock($line['order_id'], self::LOCK_SECONDS)) {
            throw new ApiRefusal(
                503,
                'shop.busy',
                'Another history line of this order is still being added',
                'Wait a moment and try again.',
                'order ' . $line['order_id']
            );
        }

        try {
            return $this->once($line);
        } finally {
            $this->table->unlock($line['order_id']);
        }
    }

    /**
     * Return the lines of an order that came from the agent.
     *
     * @param array<string, mixed> $asked order_id
     *
     * @return array{items: array<int, array{event: string, order_history_id: int}>}
     *
     * @throws ApiRefusal
     */
    public function of(array $asked): array
    {
        $order = $this->number($asked, 'order_id', 1);
        (new Schema($this->shop->db(), DB_PREFIX))->ensure();

        return ['items' => $this->table->finished($order)];
    }

    /**
     * @param array<string, mixed> $line
     *
     * @return array{order_history_id: int, repeated: bool}
     */
    private function once(array $line): array
    {
        $seen = $this->table->announced($line['event']);

        if ($seen && (int)$seen['order_id'] !== $line['order_id']) {
            throw new ApiRefusal(
                409,
                'shop.event_used',
                'This event belongs to another order of the shop',
                'Synchronize the order again.',
                'order ' . $line['order_id']
            );
        }

        if ($seen && $seen['order_history_id'] !== null) {
            return ['order_history_id' => (int)$seen['order_history_id'], 'repeated' => true];
        }

        $order = $this->order($line);
        $line['status_id'] = $line['status_id'] ?: (int)$order['order_status_id'];

        if ($seen) {
            $before = (int)$seen['newest_before'];
            $found = $this->table->find($line, $before, [(int)$seen['status_id'], $line['status_id']]);

            if ($found) {
                return ['order_history_id' => $this->table->finish($line['event'], $found), 'repeated' => true];
            }

            $this->table->announceAgain($line);
        } else {
            $before = $this->table->announce($line);
        }

        $this->addLine($line, $order, $before);
        $found = $this->table->find($line, $before, [$line['status_id']]);

        if (!$found) {
            throw new ApiRefusal(
                500,
                'shop.history_not_added',
                'OpenCart did not add the history line, and did not say why',
                'Look at System > Maintenance > Error Logs of the shop.',
                'order ' . $line['order_id']
            );
        }

        return ['order_history_id' => $this->table->finish($line['event'], $found), 'repeated' => false];
    }

    /**
     * Have OpenCart's model add the line. What goes wrong once the line is there (a handler of another
     * extension) is logged and does not count.
     *
     * @param array<string, mixed> $line
     * @param array<string, mixed> $order
     */
    private function addLine(array $line, array $order, int $before): void
    {
        ob_start();

        try {
            (new StoreFront($this->shop))->enter((int)$order['store_id'], (string)$order['language']);
            $model = $this->shop->model('checkout/order');
            $method = $this->shop->platform()->orderHistoryMethod();
            $outbox = (new Hooks($this->shop))->outbox();
            $outbox->hush('order', $line['order_id'], function () use ($model, $method, $line) {
                $model->{$method}($line['order_id'], $line['status_id'], $line['comment'], $line['notify'], true);
            });
        } catch (\Throwable $error) {
            if (!$this->table->find($line, $before, [$line['status_id']])) {
                throw new ApiRefusal(
                    500,
                    'shop.history_failed',
                    'OpenCart could not add the history line: ' . substr($error->getMessage(), 0, 300),
                    'When it is about mail, check System > Settings > Mail of the shop; else look at its Error Logs.',
                    'order ' . $line['order_id']
                );
            }

            $this->shop->log('order ' . $line['order_id'] . ': ' . $error->getMessage());
        } finally {
            $noise = trim((string)ob_get_clean());

            if ($noise !== '') {
                $this->shop->log('order ' . $line['order_id'] . ': ' . substr(strip_tags($noise), 0, 300));
            }
        }
    }

    /**
     * Read and check what the agent asks for.
     *
     * @param array<string, mixed> $asked
     *
     * @return array{event: string, order_id: int, status_id: int, comment: string, notify: bool}
     */
    private function line(array $asked): array
    {
        $event = isset($asked['event']) && is_string($asked['event']) ? $asked['event'] : '';
        $comment = isset($asked['comment']) && is_string($asked['comment']) ? $asked['comment'] : '';

        if (!preg_match('/^[A-Za-z0-9._:\/-]{1,64}$/D', $event)) {
            throw $this->wrong('event');
        }

        if (strlen($comment) > self::MAX_COMMENT || !preg_match('//u', $comment)) {
            throw $this->wrong('comment');
        }

        return [
            'event' => $event,
            'order_id' => $this->number($asked, 'order_id', 1),
            'status_id' => $this->number($asked, 'status_id', 0),
            'comment' => $this->storable($comment),
            'notify' => !empty($asked['notify']),
        ];
    }

    /**
     * @param array<string, mixed> $asked
     */
    private function number(array $asked, string $name, int $least): int
    {
        $value = isset($asked[$name]) && is_scalar($asked[$name]) ? (string)$asked[$name] : '';

        if (!preg_match('/^[0-9]{1,9}$/D', $value) || (int)$value < $least) {
            throw $this->wrong($name);
        }

        return (int)$value;
    }

    private function wrong(string $name): ApiRefusal
    {
        return new ApiRefusal(
            422,
            'shop.request_wrong',
            'The call has no usable "' . $name . '"',
            'Bring the extension and the agent to the same version.'
        );
    }

    /**
     * Return a comment as OpenCart keeps it: pages print it unescaped. An ``&`` stays one where no
     * browser takes it for an entity, as mails of OpenCart 3 print it as it is, in links, too.
     */
    private function storable(string $comment): string
    {
        $names = get_html_translation_table(HTML_ENTITIES, ENT_QUOTES, 'ISO-8859-1');
        $names = implode('|', array_map(function ($entity) {
            return preg_quote(trim($entity, '&;'), '/');
        }, $names));
        $comment = (string)preg_replace('/&(?=#|[A-Za-z0-9]+;|' . $names . ')/', '&amp;', $comment);
        $comment = str_replace(['<', '>', '"'], ['&lt;', '&gt;', '&quot;'], $comment);

        // the connection of OpenCart 3.0 up to 3.0.4 holds no characters of four bytes
        return $this->table->charset() === 'utf8mb4'
            ? $comment
            : (string)preg_replace('/[\x{10000}-\x{10FFFF}]/u', "\u{FFFD}", $comment);
    }

    /**
     * Return the order with its store and language; refuse what is no order and statuses that are none.
     *
     * @param array<string, mixed> $line
     *
     * @return array<string, mixed>
     */
    private function order(array $line): array
    {
        $rows = $this->table->rows("SELECT o.`order_id`, o.`store_id`, o.`order_status_id`, l.`code` AS `language`"
            . " FROM `" . DB_PREFIX . "order` o"
            . " LEFT JOIN `" . DB_PREFIX . "language` l ON l.`language_id` = o.`language_id`"
            . " WHERE o.`order_id` = " . $line['order_id'] . " AND o.`order_status_id` > 0");

        if (!$rows) {
            throw new ApiRefusal(
                404,
                'shop.order_missing',
                'The shop has no such order any more',
                'Drop the work, or restore the order in the shop.',
                'order ' . $line['order_id']
            );
        }

        $known = $line['status_id'] === 0 || $this->table->rows("SELECT `order_status_id` FROM `" . DB_PREFIX
            . "order_status` WHERE `order_status_id` = " . $line['status_id'] . " LIMIT 1");

        if (!$known) {
            throw new ApiRefusal(
                422,
                'shop.status_unknown',
                'The shop has no order status ' . $line['status_id'],
                'Choose another status under ERP Mapping > Order statuses.',
                'order ' . $line['order_id']
            );
        }

        return $rows[0];
    }
}

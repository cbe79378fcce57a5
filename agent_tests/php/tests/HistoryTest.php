<?php

namespace ErpBridgeTests;

use ErpBridge\Install\Schema;
use ErpBridge\OpenCart\ApiRefusal;
use ErpBridge\OpenCart\History;
use ErpBridge\OpenCart\Hooks;
use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use PHPUnit\Framework\TestCase;

final class HistoryTest extends TestCase
{
    /** @var Database */
    private $db;

    /** @var Registry */
    private $registry;

    /** @var OrderModel */
    private $model;

    /** @var Shop */
    private $shop;

    private function begin(string $version, string $engine): void
    {
        $db = Database::real();

        if ($db === null) {
            self::markTestSkipped('ERP_BRIDGE_TEST_DB names no server');
        }

        $this->db = $db;
        (new Schema($db, 'oc_'))->ensure();
        $db->query('CREATE TABLE oc_order (order_id INT PRIMARY KEY, store_id INT, language_id INT, order_status_id INT)'
            . ' ENGINE=' . $engine);
        $db->query('INSERT INTO oc_order VALUES (16, 0, 1, 0), (17, 0, 1, 2), (18, 3, 2, 1)');
        $db->query('CREATE TABLE oc_language (language_id INT PRIMARY KEY, code VARCHAR(5)) ENGINE=' . $engine);
        $db->query("INSERT INTO oc_language VALUES (1, 'en-gb'), (2, 'de-de')");
        $db->query('CREATE TABLE oc_order_status (order_status_id INT, language_id INT, name VARCHAR(32))'
            . ' ENGINE=' . $engine);
        $db->query("INSERT INTO oc_order_status VALUES (2, 1, 'Processing'), (3, 1, 'Shipped'), (3, 2, 'Versandt')");
        $db->query('CREATE TABLE oc_order_history (order_history_id INT AUTO_INCREMENT PRIMARY KEY, order_id INT,'
            . ' order_status_id INT, notify TINYINT, comment TEXT) ENGINE=' . $engine);
        $db->query("INSERT INTO oc_order_history VALUES (5, 17, 2, 0, 'Packed')");
        $method = $version[0] === '3' ? 'addOrderHistory' : 'addHistory';
        $this->model = new OrderModel($db, $method);
        $this->registry = new Registry(['db' => $db, 'model_checkout_order' => $this->model]);
        $config = $this->registry->get('config');
        $config->set('config_store_id', '0');
        $config->set('config_language', 'en-gb');
        $this->registry->get('session')->data['language'] = 'en-gb';
        $this->shop = new Shop($this->registry, new Platform($version));
    }

    /**
     * @return array<int, array{0: string, 1: string}>
     */
    public function shops(): array
    {
        return [['3.0.5.1', 'MyISAM'], ['3.0.5.1', 'InnoDB'], ['4.0.2.3', 'InnoDB'], ['4.1.0.4', 'InnoDB']];
    }

    /**
     * @param array<string, mixed> $changes
     *
     * @return array<string, mixed>
     */
    private function add(array $changes = []): array
    {
        return (new History($this->shop))->add($changes + [
            'event' => 'shipped-1', 'order_id' => 17, 'status_id' => 3, 'comment' => 'On its way', 'notify' => true,
        ]);
    }

    /**
     * @return array<int, string>
     */
    private function lines(): array
    {
        return array_map(function ($row) {
            return implode('|', $row);
        }, $this->db->rows('SELECT order_id, order_status_id, notify, comment FROM oc_order_history'
            . ' WHERE order_history_id > 5 ORDER BY order_history_id'));
    }

    /**
     * @dataProvider shops
     */
    public function testAnEventAddsOneLineHoweverOftenItComes(string $version, string $engine): void
    {
        $this->begin($version, $engine);
        self::assertSame(['order_history_id' => 6, 'repeated' => false], $this->add());
        self::assertSame(['order_history_id' => 6, 'repeated' => true], $this->add());
        self::assertSame(['17|3|1|On its way'], $this->lines());
        self::assertTrue($this->model->override, 'no anti-fraud check stands in the way');
        $second = $this->add(['event' => 'shipped-2']);
        self::assertSame(['order_history_id' => 7, 'repeated' => false], $second, 'another event with the same words');
        self::assertSame(
            ['items' => [
                ['event' => 'shipped-1', 'order_history_id' => 6],
                ['event' => 'shipped-2', 'order_history_id' => 7],
            ]],
            (new History($this->shop))->of(['order_id' => 17])
        );
    }

    /**
     * @dataProvider shops
     */
    public function testAnInterruptedLineIsFoundAgain(string $version, string $engine): void
    {
        $this->begin($version, $engine);
        $this->add();
        $this->db->query("UPDATE oc_erp_history SET order_history_id = NULL");
        self::assertSame(['order_history_id' => 6, 'repeated' => true], $this->add(), 'killed after the line was there');
        self::assertCount(1, $this->lines());
    }

    /**
     * @dataProvider shops
     */
    public function testWhatWasOnlyAnnouncedIsAdded(string $version, string $engine): void
    {
        $this->begin($version, $engine);
        $this->db->query("INSERT INTO oc_erp_history VALUES ('shipped-1', 17, 3, NULL, 5, UTC_TIMESTAMP())");
        $this->db->query("INSERT INTO oc_order_history VALUES (6, 18, 3, 1, 'On its way'), (7, 17, 2, 1, 'On its way'),"
            . " (8, 17, 3, 1, 'Else')");
        self::assertSame(['order_history_id' => 9, 'repeated' => false], $this->add(), 'killed before; nothing fits');
    }

    public function testALineOfAnotherEventIsNotTakenForIt(): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $this->db->query("INSERT INTO oc_order_history VALUES (6, 17, 3, 1, 'On its way')");
        $this->db->query("INSERT INTO oc_erp_history VALUES ('shipped-1', 17, 3, NULL, 5, UTC_TIMESTAMP()),"
            . " ('shipped-0', 17, 3, 6, 5, UTC_TIMESTAMP())");
        self::assertSame(['order_history_id' => 7, 'repeated' => false], $this->add());
    }

    public function testStatusZeroKeepsTheStatus(): void
    {
        $this->begin('4.1.0.4', 'InnoDB');
        $this->add(['status_id' => 0, 'notify' => false]);
        self::assertSame(['17|2|0|On its way'], $this->lines());
    }

    public function testAMailServerThatRefusesIsTold(): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $this->model->before = function () {
            echo 'Warning: fsockopen()';

            throw new \Exception('Error: cannot connect to mail.example');
        };
        $this->expectOutputString('');
        $refusal = $this->refusal([]);
        self::assertSame(500, $refusal->status());
        self::assertStringContainsString('mail.example', $refusal->getMessage());
        self::assertTrue($refusal->toPlain()['error']['retry']);
        $this->model->before = null;
        self::assertSame(['order_history_id' => 6, 'repeated' => false], $this->add(), 'the next try adds it');
    }

    public function testWhatBreaksOnceTheLineIsThereDoesNotCount(): void
    {
        $this->begin('4.0.2.3', 'InnoDB');
        $this->model->after = function () {
            throw new \Exception('some other extension');
        };
        self::assertSame(['order_history_id' => 6, 'repeated' => false], $this->add());
        self::assertStringContainsString('some other extension', implode($this->registry->get('log')->lines));
    }

    public function testTheOutboxIsNotTold(): void
    {
        $this->begin('4.1.0.4', 'InnoDB');
        $hooks = new Hooks($this->shop);
        $this->model->after = function () use ($hooks) {
            $hooks->record('checkout/order.addHistory', [17, 3], 6, true);
        };
        $this->add();
        $hooks->flush();
        self::assertSame([], $this->db->rows('SELECT * FROM oc_erp_outbox'));
        $hooks->record('checkout/order.addHistory', [17, 3], 7, true);
        $hooks->flush();
        self::assertCount(1, $this->db->rows('SELECT * FROM oc_erp_outbox'), 'others are');
    }

    /**
     * @param array<string, mixed> $changes
     */
    private function refusal(array $changes): ApiRefusal
    {
        try {
            $this->add($changes);
        } catch (ApiRefusal $refusal) {
            return $refusal;
        }

        self::fail('the call was carried out');
    }

    /**
     * @return array<int, array<int, mixed>>
     */
    public function wrongCalls(): array
    {
        return [
            [['order_id' => 99], 404, 'shop.order_missing'],
            [['order_id' => 16], 404, 'shop.order_missing'],
            [['status_id' => 44], 422, 'shop.status_unknown'],
            [['event' => ''], 422, 'shop.request_wrong'],
            [['event' => "a' OR 1"], 422, 'shop.request_wrong'],
            [['event' => ['x']], 422, 'shop.request_wrong'],
            [['order_id' => 'x'], 422, 'shop.request_wrong'],
            [['status_id' => -1], 422, 'shop.request_wrong'],
            [['comment' => str_repeat('x', 20001)], 422, 'shop.request_wrong'],
            [['comment' => "\xff"], 422, 'shop.request_wrong'],
        ];
    }

    /**
     * @dataProvider wrongCalls
     *
     * @param array<string, mixed> $changes
     */
    public function testRefusesWhatIsWrong(array $changes, int $status, string $code): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $refusal = $this->refusal($changes);
        self::assertSame($status, $refusal->status());
        self::assertSame($code, $refusal->toPlain()['error']['code']);
        self::assertSame([], $this->lines());
        self::assertSame([], $this->db->rows('SELECT * FROM oc_erp_history'));
    }

    public function testAnEventOfAnotherOrderIsRefused(): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $this->add();
        self::assertSame(409, $this->refusal(['order_id' => 18])->status());
    }

    public function testWaitsForTheOtherCallOnTheSameOrder(): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $place = explode(':', (string)getenv('ERP_BRIDGE_TEST_DB'));
        $other = new \mysqli($place[0], 'root', '', '', (int)$place[1]);
        $name = 'erpb_' . md5(DB_DATABASE . '.oc_') . '_17';
        self::assertSame('1', (string)$other->query("SELECT GET_LOCK('" . $name . "', 1)")->fetch_row()[0]);
        $table = new \ErpBridge\OpenCart\HistoryTable($this->db, 'oc_', DB_DATABASE, 0);
        self::assertFalse($table->lock(17, 0));
        self::assertTrue($table->lock(18, 0), 'other orders go on');
        $other->close();
        self::assertTrue($table->lock(17, 5), 'a call that was killed holds nothing');
        $table->unlock(17);
        $table->unlock(18);
        self::assertFalse($this->add()['repeated']);
    }

    /**
     * @return array<int, array{0: string, 1: string}>
     */
    public function comments(): array
    {
        return [
            ['<b>Thanks</b>', '&lt;b&gt;Thanks&lt;/b&gt;'],
            ['Tom & "Jerry"', 'Tom & &quot;Jerry&quot;'],
            ['https://t.example/?a=1&lang=en&n=2', 'https://t.example/?a=1&lang=en&n=2'],
            ['a &copy=1 &#60; &lt; &nosuch;', 'a &amp;copy=1 &amp;#60; &amp;lt; &amp;nosuch;'],
            ["two\nlines", "two\nlines"],
        ];
    }

    /**
     * @dataProvider comments
     */
    public function testCommentsAreSafeOnPagesAndReadableInMails(string $comment, string $stored): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $this->add(['comment' => $comment]);
        self::assertSame(['17|3|1|' . $stored], $this->lines());
        self::assertSame($comment, html_entity_decode($stored, ENT_QUOTES | ENT_HTML5, 'UTF-8'), 'reads as it was sent');
    }

    /**
     * @dataProvider shops
     */
    public function testWorksInTheStoreAndLanguageOfTheOrder(string $version, string $engine): void
    {
        $this->begin($version, $engine);
        $load = $this->registry->get('load');
        $this->add();
        self::assertSame([], $load->started, 'nothing to change for the present store and language');
        $this->add(['event' => 'x', 'order_id' => 18]);
        $isFour = $version[0] === '4';
        self::assertSame($isFour ? ['startup/setting', 'startup/language'] : ['startup/startup'], $load->started);
        self::assertSame(3, $this->registry->get('request')->get['store_id']);
        self::assertSame(
            'de-de',
            $isFour ? $this->registry->get('request')->get['language'] : $this->registry->get('session')->data['language']
        );
    }

    public function testMakesItsTableWhereAnUpgradeDidNot(): void
    {
        $this->begin('3.0.5.1', 'MyISAM');
        $this->db->query('DROP TABLE oc_erp_history');
        self::assertSame(['items' => []], (new History($this->shop))->of(['order_id' => 17]));
        self::assertFalse($this->add()['repeated']);
    }
}

/**
 * OpenCart's order model as far as history goes.
 */
final class OrderModel
{
    /** @var Database */
    private $db;

    /** @var string */
    private $method;

    /** @var callable|null */
    public $before;

    /** @var callable|null */
    public $after;

    /** @var bool */
    public $override = false;

    public function __construct(Database $db, string $method)
    {
        $this->db = $db;
        $this->method = $method;
    }

    /**
     * @param array<int, mixed> $args
     */
    public function __call(string $method, array $args): void
    {
        if ($method !== $this->method) {
            throw new \LogicException('OpenCart has no ' . $method);
        }

        list($order, $status, $comment, $notify, $this->override) = $args;

        if ($this->before) {
            ($this->before)();
        }

        $this->db->query('INSERT INTO oc_order_history (order_id, order_status_id, notify, comment) VALUES ('
            . $order . ', ' . $status . ', ' . (int)$notify . ", '" . $this->db->escape($comment) . "')");

        if ($this->after) {
            ($this->after)();
        }
    }
}

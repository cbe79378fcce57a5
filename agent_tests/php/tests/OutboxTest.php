<?php

namespace ErpBridgeTests;

use ErpBridge\Outbox\ModelEvents;
use ErpBridge\Outbox\Outbox;
use PHPUnit\Framework\TestCase;

final class OutboxTest extends TestCase
{
    /**
     * @return array<int, array<int, mixed>>
     */
    public function calls(): array
    {
        return [
            ['catalog/product/addProduct', [['model' => 'x']], 50, 0, ['product', 'save', 50]],
            ['catalog/product.addProduct', [['model' => 'x']], '50', 0, ['product', 'save', 50]],
            ['catalog/product/editProduct', ['42', []], null, 0, ['product', 'save', 42]],
            ['catalog/product/copyProduct', [42], null, 0, ['product', 'save', null]],
            ['catalog/product.deleteProduct', [42], null, 0, ['product', 'delete', 42]],
            ['catalog/attribute_group.editAttributeGroup', [3, []], null, 0, ['attribute_group', 'save', 3]],
            ['customer/customer/editCustomer', [7, []], null, 0, ['customer', 'save', 7]],
            ['account/customer/addCustomer', [['password' => 'secret']], 8, 0, ['customer', 'save', 8]],
            ['account/address/addAddress', [8, []], 3, 0, ['customer', 'save', 8]],
            ['account/address/editAddress', [3, []], null, 8, ['customer', 'save', 8]],
            ['account/address.editAddress', [8, 3, []], null, 8, ['customer', 'save', 8]],
            ['checkout/order/addOrderHistory', [99, 5], null, 0, ['order', 'status', 99]],
            ['checkout/order.addHistory', [99, 5, '', false, false], 1, 8, ['order', 'status', 99]],
            ['checkout/order/deleteOrder', [99], null, 0, ['order', 'delete', 99]],
            ['sale/order.deleteOrder', [99], null, 0, ['order', 'delete', 99]],
        ];
    }

    /**
     * @dataProvider calls
     *
     * @param array<int, mixed> $args
     * @param mixed             $output
     * @param array<int, mixed> $event
     */
    public function testUnderstandsModelCalls(string $route, array $args, $output, int $customer, array $event): void
    {
        $read = ModelEvents::read($route, $args, $output, $customer);
        self::assertSame($event, [$read['kind'], $read['action'], $read['id']]);
    }

    /**
     * @return array<int, array<int, mixed>>
     */
    public function strangers(): array
    {
        return [
            ['', [], null],
            ['catalog/product', [], null],
            ['catalog/product/getProduct', [42], []],
            ['catalog/product/editProduct', [], null],
            ['catalog/product/editProduct', [['x']], null],
            ['catalog/product/addProduct', [[]], null],
            ['account/address/editAddress', [3, []], null],
            ['extension/other/editProduct', [42], null],
        ];
    }

    /**
     * @dataProvider strangers
     *
     * @param array<int, mixed> $args
     * @param mixed             $output
     */
    public function testLeavesOtherCallsAlone(string $route, array $args, $output): void
    {
        self::assertNull(ModelEvents::read($route, $args, $output, 0));
    }

    public function testWritesOneRowPerChange(): void
    {
        $db = Database::real();

        if ($db === null) {
            self::markTestSkipped('ERP_BRIDGE_TEST_DB names no server');
        }

        foreach (\ErpBridge\Install\Schema::statements('oc_') as $statement) {
            $db->query($statement);
            $db->query($statement);
        }

        $db->query('CREATE TABLE oc_product (product_id INT PRIMARY KEY) ENGINE=MyISAM');
        $outbox = new Outbox($db, 'oc_');
        $outbox->add('product', null, 'save', 0);
        self::assertSame([], $db->rows('SELECT * FROM oc_erp_outbox'), 'a shop without products has no newest one');
        $db->query('INSERT INTO oc_product VALUES (42), (55)');
        $outbox->add('product', null, 'save', 0);
        $outbox->add('order', 99, 'status', 2);
        $rows = $db->rows('SELECT kind, record_id, action, store_id,'
            . ' ABS(TIMESTAMPDIFF(SECOND, date_added, UTC_TIMESTAMP())) < 60 AS fresh'
            . ' FROM oc_erp_outbox ORDER BY outbox_id');
        self::assertSame(['product', '55', 'save', '0', '1'], array_values($rows[0]));
        self::assertSame(['order', '99', 'status', '2', '1'], array_values($rows[1]));
        $engine = $db->rows("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
            . " AND TABLE_NAME = 'oc_erp_outbox'");
        self::assertSame('InnoDB', $engine[0]['ENGINE']);
    }

    public function testRemembersNonces(): void
    {
        $db = Database::real();

        if ($db === null) {
            self::markTestSkipped('ERP_BRIDGE_TEST_DB names no server');
        }

        $db->query(\ErpBridge\Install\Schema::statements('oc_')[1]);
        $table = new \ErpBridge\Security\NonceTable($db, 'oc_');
        self::assertTrue($table->take('a1b2c3d4', 'nonce-0123456789', 1000));
        self::assertFalse($table->take('a1b2c3d4', 'nonce-0123456789', 1600));
        self::assertTrue($table->take('a1b2c3d4', 'NONCE-0123456789', 1600), 'case matters');
        self::assertTrue($table->take('zz00zz00', 'nonce-0123456789', 1600), 'each key has its own');
        self::assertTrue($table->take('a1b2c3d4', 'nonce-0123456789', 1601), 'forgotten when it is too old anyway');
    }
}

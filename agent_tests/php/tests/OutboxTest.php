<?php

namespace ErpBridgeTests;

use ErpBridge\Install\Schema;
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
            ['account/address.deleteAddresses', [8, 3], null, 0, ['customer', 'save', 8]],
            ['account/address/deleteAddress', [3], null, 8, ['customer', 'save', 8]],
            ['account/customer/editAddressId', [8, 3], null, 0, ['customer', 'save', 8]],
            ['account/customer.deleteCustomer', [8], null, 0, ['customer', 'delete', 8]],
            ['customer/customer.addAddress', [8, []], 3, 0, ['customer', 'save', 8]],
            ['customer/customer.deleteAddresses', [8, 3], null, 0, ['customer', 'save', 8]],
            ['customer/customer_approval/approveCustomer', [8], null, 0, ['customer', 'save', 8]],
            ['checkout/order/editTransactionId', [99, 'tx'], null, 0, ['order', 'save', 99]],
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

    private function shopTables(): Database
    {
        $db = Database::real();

        if ($db === null) {
            self::markTestSkipped('ERP_BRIDGE_TEST_DB names no server');
        }

        $schema = new Schema($db, 'oc_');
        $schema->ensure();
        $schema->ensure();
        $db->query('CREATE TABLE oc_product (product_id INT PRIMARY KEY) ENGINE=MyISAM');
        $db->query('CREATE TABLE oc_order (order_id INT PRIMARY KEY, store_id INT, order_status_id INT) ENGINE=MyISAM');
        $db->query('INSERT INTO oc_order VALUES (17, 0, 0), (18, 2, 1), (19, 0, 5)');

        return $db;
    }

    /**
     * @return array<int, string> kind, id, action and store of the rows
     */
    private function written(Database $db): array
    {
        return array_map(function ($row) {
            return implode(' ', $row);
        }, $db->rows('SELECT kind, record_id, action, store_id FROM oc_erp_outbox ORDER BY outbox_id'));
    }

    public function testWritesOneRowPerRecordOnceTheRequestEnds(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');
        $outbox->note('customer', 8, 'save', 0);
        $outbox->note('order', 18, 'save', 0);
        $outbox->note('order', 18, 'status', 0);
        $outbox->note('customer', 8, 'save', 0);
        self::assertSame([], $this->written($db), 'nothing before the end');
        $outbox->flush();
        self::assertSame(['customer 8 save 0', 'order 18 save 2'], $this->written($db), 'the order tells its store');
        $outbox->flush();
        self::assertCount(2, $this->written($db), 'nothing is written twice');
        $fresh = $db->rows('SELECT MAX(ABS(TIMESTAMPDIFF(SECOND, date_added, UTC_TIMESTAMP()))) AS s FROM oc_erp_outbox');
        self::assertLessThan(60, (int)$fresh[0]['s']);
        $engine = $db->rows("SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
            . " AND TABLE_NAME = 'oc_erp_outbox'");
        self::assertSame('InnoDB', $engine[0]['ENGINE']);
    }

    public function testADeletionIsTheStrongestWord(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');
        $outbox->note('customer', 8, 'delete', 0);
        $outbox->note('customer', 8, 'save', 0);
        $outbox->note('order', 18, 'status', 0);
        $outbox->note('order', 18, 'delete', 0, true);
        $db->query('DELETE FROM oc_order WHERE order_id = 18');
        $outbox->flush();
        self::assertSame(['customer 8 delete 0', 'order 18 delete 2'], $this->written($db));
    }

    public function testAnOrderWithoutStatusIsNoOrder(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');
        $outbox->note('order', 17, 'save', 0);
        $outbox->note('order', 17, 'delete', 0, true);
        $outbox->note('order', 99, 'status', 0);
        $outbox->flush();
        self::assertSame([], $this->written($db));
    }

    public function testTheNewestProductIsTheOneOfTheMoment(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');
        $outbox->note('product', null, 'save', 0);
        $outbox->flush();
        self::assertSame([], $this->written($db), 'a shop without products has no newest one');
        $db->query('INSERT INTO oc_product VALUES (42), (55)');
        $outbox->note('product', null, 'save', 0);
        $db->query('INSERT INTO oc_product VALUES (56)');
        $outbox->note('product', null, 'save', 0);
        $outbox->flush();
        self::assertSame(['product 55 save 0', 'product 56 save 0'], $this->written($db));
    }

    public function testAnImportIsWrittenInPortions(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');

        for ($id = 1; $id <= Outbox::MOST + 1; $id++) {
            $outbox->note('customer', $id, 'save', 0);
        }

        self::assertCount(Outbox::MOST, $this->written($db));
        $outbox->flush();
        self::assertCount(Outbox::MOST + 1, $this->written($db));
    }

    public function testHushedRecordsAreNotTold(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');
        $given = $outbox->hush('order', 18, function () use ($outbox) {
            $outbox->note('order', 18, 'status', 0);
            $outbox->note('order', 19, 'status', 0);

            return 'done';
        });
        $outbox->flush();
        self::assertSame('done', $given);
        self::assertSame(['order 19 status 0'], $this->written($db), 'other orders still count');
        $outbox->note('order', 18, 'status', 0);
        $outbox->flush();
        self::assertCount(2, $this->written($db), 'and so does the next change of the same one');
    }

    public function testCostsFewStatements(): void
    {
        $db = $this->shopTables();
        $outbox = new Outbox($db, 'oc_');
        $db->statements = [];
        $start = hrtime(true);
        $outbox->note('customer', 8, 'save', 0);
        $outbox->note('order', 18, 'status', 0);
        $outbox->flush();
        fwrite(STDERR, sprintf("\noutbox of a checkout: %.2f ms\n", (hrtime(true) - $start) / 1e6));
        self::assertCount(2, $db->statements, 'one look at the order, one insert');
    }

    public function testRemembersNonces(): void
    {
        $table = new \ErpBridge\Security\NonceTable($this->shopTables(), 'oc_');
        self::assertTrue($table->take('a1b2c3d4', 'nonce-0123456789', 1000));
        self::assertFalse($table->take('a1b2c3d4', 'nonce-0123456789', 1600));
        self::assertTrue($table->take('a1b2c3d4', 'NONCE-0123456789', 1600), 'case matters');
        self::assertTrue($table->take('zz00zz00', 'nonce-0123456789', 1600), 'each key has its own');
        self::assertTrue($table->take('a1b2c3d4', 'nonce-0123456789', 1601), 'forgotten when it is too old anyway');
    }
}

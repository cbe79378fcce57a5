<?php

namespace ErpBridgeTests;

use ErpBridge\Install\EventList;
use ErpBridge\Outbox\ModelEvents;
use ErpBridge\Platform;
use ErpBridge\Screens;
use PHPUnit\Framework\TestCase;

final class EventListTest extends TestCase
{
    /**
     * Trigger and action of the menu, the product list's button, a product's edit and an order's status.
     *
     * @return array<string, array<int, string>>
     */
    public function versions(): array
    {
        return [
            '3.0.2.0' => ['3.0.2.0', '/', 'catalog/product_list', '/editProduct', '/addOrderHistory', 'copyProduct'],
            '3.0.5.1' => ['3.0.5.1', '/', 'catalog/product_list', '/editProduct', '/addOrderHistory', 'copyProduct'],
            '4.0.0.0' => ['4.0.0.0', '|', 'catalog/product', '/editProduct', '/addHistory', ''],
            '4.0.1.1' => ['4.0.1.1', '|', 'catalog/product', '/editProduct', '/addHistory', ''],
            '4.0.2.3' => ['4.0.2.3', '.', 'catalog/product', '/editProduct', '/addHistory', ''],
            '4.1.0.0' => ['4.1.0.0', '.', 'catalog/product', '.editProduct', '.addHistory', 'sale/order.deleteOrder'],
            '4.1.0.4' => ['4.1.0.4', '.', 'catalog/product', '.editProduct', '.addHistory', 'sale/order.deleteOrder'],
        ];
    }

    /**
     * @dataProvider versions
     */
    public function testFitsTheVersion(
        string $version,
        string $separator,
        string $view,
        string $edit,
        string $status,
        string $own
    ): void {
        $rows = (new EventList(new Platform($version)))->expected();
        $actions = array_column($rows, 'action', 'trigger');
        $base = 'extension/erp_bridge/event' . $separator;
        self::assertSame($base . 'menu', $actions['admin/view/common/column_left/before']);
        self::assertSame($base . 'button', $actions['admin/view/' . $view . '/after']);
        self::assertSame($base . 'record', $actions['admin/model/catalog/product' . $edit . '/after']);
        self::assertSame($base . 'record', $actions['catalog/model/checkout/order' . $status . '/after']);
        self::assertSame(count($rows), count($actions), 'a trigger is there twice');
        $triggers = implode(' ', array_keys($actions));

        foreach (['copyProduct', 'sale/order.deleteOrder'] as $special) {
            self::assertSame($own === $special, strpos($triggers, $special) !== false, $special);
        }
    }

    public function testEveryMethodExistsInOpenCart(): void
    {
        $root = getenv('OPENCART_STORES') ?: getenv('HOME') . '/.cache/erp-bridge/opencart';
        $trees = (array)glob($root . '/*/upload/system', GLOB_ONLYDIR);

        if (!$trees) {
            self::markTestSkipped('no OpenCart source tree at ' . $root);
        }

        foreach ($trees as $system) {
            $tree = dirname((string)$system);
            $version = basename(dirname($tree));

            foreach (ModelEvents::triggers(new Platform($version)) as $trigger) {
                self::assertSame(
                    1,
                    preg_match('~^(admin|catalog)/(model/.+)[/.](\w+)/(before|after)$~', $trigger, $parts)
                );
                $file = $tree . '/' . $parts[1] . '/' . $parts[2] . '.php';
                self::assertFileExists($file);
                $found = preg_match('/function ' . $parts[3] . '\(/', (string)file_get_contents($file));
                self::assertSame(1, $found, $version . ': ' . $trigger);
            }

            $views = array_map([new Platform($version), 'listView'], array_keys(Screens::LIST_BUTTONS));

            foreach (array_merge($views, [Screens::ORDER_PAGE]) as $controller) {
                $view = $tree . '/admin/view/template/' . $controller . '.twig';
                self::assertFileExists($view);
                $place = '#<div class="page-header">\s*<div class="container-fluid">\s*'
                    . '<div class="(pull-right|float-end)">#';
                $found = preg_match($place, (string)file_get_contents($view));
                self::assertSame(1, $found, $version . ': no place for the button on ' . $controller);
            }
        }
    }

    public function testNoticesWhatIsWrong(): void
    {
        $list = new EventList(new Platform('4.1.0.4'));
        $rows = array_map(function ($row) {
            return $row + ['status' => '1'];
        }, $list->expected());
        self::assertTrue(EventList::isWhole($list->compare($rows)));

        $lost = array_pop($rows);
        $rows[0]['status'] = '0';
        $rows[] = ['trigger' => 'admin/model/catalog/product/editProduct/after', 'action' => 'x', 'status' => '1'];
        $difference = $list->compare($rows);
        self::assertSame([$lost['trigger']], $difference['missing']);
        self::assertSame([$rows[0]['trigger']], $difference['disabled']);
        self::assertSame(['admin/model/catalog/product/editProduct/after'], $difference['foreign']);
        self::assertFalse(EventList::isWhole($difference));
    }

    public function testNoticesARowThatIsThereTwice(): void
    {
        $list = new EventList(new Platform('3.0.5.1'));
        $rows = array_map(function ($row) {
            return $row + ['status' => '1'];
        }, $list->expected());
        $rows[] = $rows[5];
        self::assertSame([$rows[5]['trigger']], $list->compare($rows)['foreign']);
    }

    public function testEventsOfAnotherMajorAreAllForeign(): void
    {
        $old = array_map(function ($row) {
            return $row + ['status' => '1'];
        }, (new EventList(new Platform('4.0.2.3')))->expected());
        $difference = (new EventList(new Platform('4.1.0.4')))->compare($old);
        $models = preg_grep('~/model/~', array_column($old, 'trigger'));
        self::assertSame(array_values($models), $difference['foreign']);
        $new = array_diff(str_replace('.', '/', $difference['missing']), $models);
        self::assertSame([
            'admin/model/customer/customer/addAddress/after',
            'admin/model/customer/customer/editAddress/after',
            'admin/model/customer/customer/deleteAddresses/after',
            'admin/model/sale/order/deleteOrder/before',
            'catalog/model/account/address/deleteAddresses/after',
        ], array_values(str_replace('.', '/', $new)));
    }
}

<?php

namespace ErpBridgeTests;

use ErpBridge\OpenCart\Hooks;
use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use ErpBridge\Screen\Front;
use PHPUnit\Framework\TestCase;

final class HooksTest extends TestCase
{
    const PAGE = '<div class="page-header">
  <div class="container-fluid">
    <div class="pull-right"><a>Add</a></div>';

    /** @var Registry */
    private $registry;

    /** @var Database */
    private $db;

    protected function setUp(): void
    {
        $this->db = new Database();
        $this->registry = new Registry(['db' => $this->db, 'customer' => new Customer()]);
    }

    private function hooks(string $version = '3.0.5.1'): Hooks
    {
        return new Hooks(new Shop($this->registry, new Platform($version)));
    }

    private function allow(string $right, string $route): void
    {
        $this->registry->get('user')->permission[$right][] = $route;
    }

    public function testMenuShowsOnlyWhatTheUserMayOpen(): void
    {
        $data = ['menus' => [['id' => 'menu-dashboard']]];
        $this->hooks()->menu($data);
        self::assertCount(1, $data['menus'], 'no right, no menu');
        $this->allow('access', 'extension/erp_bridge/products');
        $this->allow('access', 'extension/module/erp_bridge');
        $this->hooks()->menu($data);
        self::assertSame('', $data['menus'][1]['href']);
        $links = array_column($data['menus'][1]['children'], 'href');
        self::assertCount(2, $links);
        self::assertStringContainsString('route=extension/erp_bridge/products&amp;user_token=t0k3n', $links[0]);
        self::assertStringNotContainsString('&amp;amp;', implode($links));
    }

    public function testMenuLeavesStrangePagesAlone(): void
    {
        foreach ([null, 'text', [], ['menus' => 'x']] as $strange) {
            $data = $strange;
            $this->hooks()->menu($data);
            self::assertSame($strange, $data);
        }
    }

    public function testButtonNeedsTheRightToModify(): void
    {
        $page = self::PAGE;
        $this->allow('access', 'extension/erp_bridge/products');
        $this->hooks()->button('catalog/product_list', $page);
        self::assertSame(self::PAGE, $page);
        $this->allow('modify', 'extension/erp_bridge/products');
        $this->hooks()->button('catalog/product_list', $page);
        self::assertStringContainsString('list_button', $page);
        self::assertStringContainsString('products\/start', $page);
        self::assertStringEndsWith('<a>Add</a></div>', $page, 'the button comes first');
    }

    public function testButtonKeepsBackslashesAndDollars(): void
    {
        $this->allow('modify', 'extension/erp_bridge/products');
        $page = self::PAGE . '$1 \\1';
        $this->hooks()->button('catalog/product_list', $page);
        self::assertStringEndsWith('$1 \\1', $page);
    }

    public function testOrdersShowTheirNumberToThoseWhoMayLook(): void
    {
        $this->allow('access', 'extension/erp_bridge/orders');
        $page = self::PAGE;
        $this->hooks()->button('sale/order_list', $page);
        self::assertStringContainsString('orders\\/numbers', $page);
        self::assertStringContainsString('"button":false', $page, 'they may not synchronize');
        $this->registry->get('request')->get = ['order_id' => '17'];
        $page = self::PAGE;
        $this->hooks('4.1.0.4')->button('sale/order_info', $page);
        self::assertSame(self::PAGE, $page, 'each version has its own route');
        $this->allow('access', 'extension/erp_bridge/screen/orders');
        $this->allow('modify', 'extension/erp_bridge/screen/orders');
        $this->hooks('4.1.0.4')->button('sale/order_info', $page);
        self::assertStringContainsString('\\"order\\":17', $page);
        self::assertStringContainsString('"button":true', $page);
        $this->registry->get('request')->get = [];
        $page = self::PAGE;
        $this->hooks('4.1.0.4')->button('sale/order_info', $page);
        self::assertSame(self::PAGE, $page, 'a new order has no panel');
    }

    public function testButtonIsOnKnownPagesOnly(): void
    {
        $this->allow('modify', 'extension/erp_bridge/products');
        $page = self::PAGE;
        $this->hooks()->button('catalog/product_form', $page);
        $this->hooks('4.1.0.4')->button('catalog/product_list', $page);
        self::assertSame(self::PAGE, $page);
    }

    public function testRecordsWithOneInsert(): void
    {
        $this->hooks()->record('catalog/product/editProduct', [42, []], null, false);
        $this->registry->get('config')->set('config_store_id', 3);
        $this->hooks()->record('account/address/editAddress', [5, []], null, true);
        $this->hooks()->flush();
        self::assertCount(1, $this->db->statements);
        self::assertStringContainsString("('product', 42, 'save', 0,", $this->db->statements[0]);
        self::assertStringContainsString("('customer', 8, 'save', 3,", $this->db->statements[0]);
    }

    public function testNeverThrowsNorPrintsIntoTheCheckout(): void
    {
        $this->db->broken = true;
        $this->expectOutputString('');
        $this->hooks()->record('checkout/order/addOrderHistory', [99, 1], null, true);
        $this->hooks()->record('checkout/order/deleteOrder', [99], null, true);
        $this->hooks()->flush();
        self::assertStringContainsString('gone away', $this->registry->get('log')->lines[0]);
        self::assertCount(2, $this->registry->get('log')->lines, 'the deletion looked at its order');
        $this->db->broken = false;
        $this->hooks()->flush();
        self::assertSame([], $this->db->statements, 'what could not be written is not tried again');
    }

    public function testANewerPackageIsSetUpWhenTheOwnerComesBy(): void
    {
        $this->registry->set('model_setting_setting', new SettingModel());
        $this->registry->set('model_user_user_group', new Groups());
        $data = ['menus' => []];
        $this->hooks()->menu($data);
        self::assertSame([], $this->db->statements, 'not for users who may not manage the module');
        $this->allow('modify', 'extension/module/erp_bridge');
        $this->hooks()->menu($data);
        $made = implode("\n", $this->db->statements);
        self::assertStringContainsString('oc_erp_history', $made);
        self::assertStringContainsString('addOrderHistory/after', $made);
        $this->db->statements = [];
        $this->hooks()->menu($data);
        self::assertSame([], $this->db->statements, 'once is enough');
        $this->registry->get('config')->set('module_erp_bridge_wiring', 'older');
        $this->allow('access', 'extension/module/erp_bridge');
        $this->db->broken = true;
        $data = ['menus' => []];
        $this->hooks()->menu($data);
        self::assertCount(1, $data['menus'], 'the menu is there when the database refuses');
        self::assertStringContainsString('gone away', implode($this->registry->get('log')->lines));
    }

    /**
     * @return array<string, mixed>
     */
    private function answer(string $screen, string $method): array
    {
        (new Front(new Shop($this->registry, new Platform('4.1.0.4'))))->run($screen, $method);

        return (array)json_decode($this->registry->get('response')->output, true);
    }

    public function testEveryScreenRefusesUsersWithoutTheRight(): void
    {
        foreach (['products' => 'start', 'connections' => 'remove', 'jobs' => 'cancel', 'settings' => 'save'] as $s => $m) {
            $this->registry->get('request')->server = ['REQUEST_METHOD' => 'POST'];
            $this->registry->get('user')->permission = ['access' => [], 'modify' => []];
            self::assertSame('shop.permission', $this->answer($s, $m)['problem']['code']);
            $this->allow('access', (new Platform('4.1.0.4'))->screenRoute($s));
            self::assertSame('shop.permission', $this->answer($s, $m)['problem']['code'], 'access is not modify');
        }
    }

    public function testChangesMustBePosted(): void
    {
        $this->allow('access', (new Platform('4.1.0.4'))->screenRoute('products'));
        $this->allow('modify', (new Platform('4.1.0.4'))->screenRoute('products'));
        self::assertSame('shop.method', $this->answer('products', 'start')['problem']['code']);
    }

    public function testTickedRowsAreAllTaken(): void
    {
        $agent = new FakeAgent();

        try {
            $route = (new Platform('4.1.0.4'))->screenRoute('products');
            $this->allow('access', $route);
            $this->allow('modify', $route);
            $this->registry->get('config')->values += ['erp_bridge_url' => $agent->url, 'erp_bridge_key' => $agent->token];
            $request = $this->registry->get('request');
            $request->server = ['REQUEST_METHOD' => 'POST'];
            $ids = json_encode(array_merge(range(1, 2500), ['7', '', null, [1]]));
            $request->post = ['mode' => 'ids', 'ids' => htmlspecialchars((string)$ids)];
            $job = $this->answer('products', 'start')['job'];
            self::assertSame('queued', $job['state']);
            $request->get = ['job' => (string)$job['id']];
            $this->answer('products', 'progress');
            self::assertSame(25, $this->answer('products', 'progress')['job']['percent']);
            self::assertSame('1250 of 2500 looked at', $this->answer('products', 'progress')['job']['progress_text']);
            $request->post = ['mode' => 'ids', 'ids' => '[]'];
            self::assertSame('shop.nothing_ticked', $this->answer('products', 'start')['problem']['code']);
            $request->post = ['mode' => 'ids', 'ids' => (string)json_encode(range(1, 10001))];
            self::assertSame('shop.too_many', $this->answer('products', 'start')['problem']['code']);
        } finally {
            $agent->stop();
        }
    }

    public function testMethodsThatAreNoAddressesAreNotFound(): void
    {
        $this->answer('products', 'addresses');
        self::assertContains('HTTP/1.1 404 Not Found', $this->registry->get('response')->headers);
    }
}

final class Customer
{
    public function getId(): int
    {
        return 8;
    }
}

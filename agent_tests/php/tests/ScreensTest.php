<?php

namespace ErpBridgeTests;

/**
 * The screens over the stand-in agent, as the admin's browser calls them.
 */
final class ScreensTest extends ScreenTestCase
{
    /**
     * @return array<string, mixed> the row as the list shows it
     */
    private function row(string $key): array
    {
        return $this->shown($this->get('products', 'list', ['connection' => 1, 'q' => $key]))['rows'][0];
    }

    public function testEveryPageOpens(): void
    {
        foreach (\ErpBridge\Screens::NAMES as $screen) {
            $page = $this->get($screen, 'index');
            self::assertStringStartsWith('[extension/erp_bridge/layout ', $page, $screen);
            self::assertStringNotContainsString('erp_bridge\/problem', $page, $screen);
            self::assertStringContainsString(' - ERP Mapping', $this->registry->get('document')->title);
        }

        self::assertSame([], $this->registry->get('log')->lines);
    }

    public function testNoPageHoldsTheKey(): void
    {
        $secret = explode('.', $this->agent->token)[2];

        foreach (\ErpBridge\Screens::NAMES as $screen) {
            self::assertStringNotContainsString($secret, $this->get($screen, 'index'), $screen);
        }

        $answer = $this->post('settings', 'save', ['url' => $this->agent->url, 'key' => $this->agent->token]);
        self::assertStringNotContainsString($secret, (string)json_encode($answer));
        self::assertSame('erpb1.a1b2c3d4.••••••••', $answer['masked']);
    }

    public function testPagesSayWhatIsWrongWhenTheAgentIsDown(): void
    {
        $this->registry->get('config')->set('erp_bridge_url', 'http://127.0.0.1:1');

        foreach (\ErpBridge\Screens::NAMES as $screen) {
            $page = $this->get($screen, 'index');
            self::assertStringStartsWith('[extension/erp_bridge/layout ', $page);
            self::assertSame($screen !== 'settings', strpos($page, 'agent.refused') !== false, $screen);
        }
    }

    public function testLinksByHandUnlinksAndExcludes(): void
    {
        self::assertSame('new', $this->row('29')['state']);
        $values = ['connection' => '1', 'tab' => 'products', 'key' => '29'];
        $this->post('products', 'link', $values + ['erp_id' => ' 900 ']);
        self::assertSame(['900', 'linked by hand'], [$this->row('29')['erp_id'], $this->row('29')['origin']]);
        $this->post('products', 'unlink', $values);
        self::assertFalse($this->row('29')['linked']);
        $this->post('products', 'exclude', $values);
        self::assertTrue($this->row('29')['excluded']);
        $this->post('products', 'readmit', $values);
        self::assertFalse($this->row('29')['excluded']);
        self::assertSame('mapping.missing', $this->post('products', 'link', [
            'connection' => '1', 'tab' => 'products', 'key' => 'none', 'erp_id' => '1',
        ])['problem']['code']);
        self::assertSame('shop.request', $this->post('products', 'link', ['connection' => '1'])['problem']['code']);
    }

    public function testSearchesTheErpForWhatWasTyped(): void
    {
        $answer = json_decode($this->get('products', 'candidates', [
            'connection' => 1, 'tab' => 'products', 'q' => 'Tom & "Jerry" <3',
        ]), true);
        self::assertSame('Tom & "Jerry" <3 (Odoo)', $answer['items'][0]['label']);
    }

    public function testMapsByItselfPartByPart(): void
    {
        $values = ['connection' => '1', 'tab' => 'products', 'dry_run' => '1'];
        $first = $this->post('products', 'auto', $values);
        self::assertSame([25, '47'], [$first['remaining'], $first['after']]);
        $second = $this->post('products', 'auto', $values + ['after' => $first['after']]);
        $third = $this->post('products', 'auto', $values + ['after' => $second['after']]);
        self::assertSame(0, $third['remaining']);
        $found = $first['counts']['linked'] + $second['counts']['linked'] + $third['counts']['linked'];
        self::assertSame(2, $found);
        self::assertSame('new', $this->row('43')['state'], 'a preview links nothing');
        $this->post('products', 'auto', ['dry_run' => '0'] + $values);
        self::assertSame('found by itself', $this->row('43')['origin']);
    }

    public function testAsksToWhichErpWhenThereAreSeveral(): void
    {
        $made = $this->post('connections', 'save', [
            'name' => 'Second', 'kind' => 'odoo', 'secret' => 'pass&amp;word',
            'settings' => ['url' => 'https://o.example', 'database' => 'd', 'user' => 'u'],
        ]);
        self::assertStringContainsString('id=2', $made['href']);
        $answer = $this->post('products', 'start', ['mode' => 'ids', 'ids' => '["42"]']);
        self::assertSame(['1' => 'Odoo main', '2' => 'Second'], $answer['choose']);
        $job = $this->post('products', 'start', ['mode' => 'ids', 'ids' => '["42"]', 'connection' => '2'])['job'];
        self::assertSame('Products', $job['title']);
        $this->post('connections', 'pause', ['id' => '2']);
        self::assertArrayHasKey('job', $this->post('products', 'start', ['mode' => 'changed']));
        $this->post('connections', 'pause', ['id' => '1']);
        $refused = $this->post('products', 'start', ['mode' => 'changed']);
        self::assertSame('shop.no_connection', $refused['problem']['code']);
    }

    public function testFieldsOfAConnectionAreNamed(): void
    {
        $answer = $this->post('connections', 'save', ['name' => '', 'kind' => 'odoo', 'settings' => ['url' => '']]);
        $fields = array_keys($answer['problem']['fields']);
        self::assertSame(['name', 'settings.url', 'settings.database', 'settings.user', 'secret'], $fields);
    }

    public function testTaxesAreOnlyLinked(): void
    {
        self::assertSame('shop.request', $this->post('taxes', 'start', ['mode' => 'all'])['problem']['code']);
    }

    public function testWhatWaitsIsTriedAgainOrLeftOut(): void
    {
        $rows = $this->shown($this->get('waiting', 'list'))['rows'];
        self::assertSame(['orders', 'carriers'], array_column($rows, 'entity'));
        self::assertSame('Order', $rows[0]['entity_label']);
        self::assertStringContainsString('register', $rows[0]['fix']);
        $all = $this->shown($this->get('waiting', 'list', ['cleared' => '1']))['rows'];
        self::assertStringStartsWith('Cleared 02/03/2025', $all[2]['cleared']);
        $one = $this->shown($this->get('waiting', 'list', ['entity' => 'orders', 'q' => 'grace']))['rows'];
        self::assertCount(1, $one);
        $record = ['entity' => 'orders', 'key' => '2', 'connection' => '1'];
        self::assertArrayHasKey('message', $this->post('waiting', 'release', $record));
        self::assertSame('waiting.missing', $this->post('waiting', 'drop', $record)['problem']['code']);
        $wrong = $this->post('waiting', 'drop', ['entity' => '../jobs', 'key' => '1']);
        self::assertSame('shop.request', $wrong['problem']['code']);
    }

    public function testOrderPagesTellTheNumberOrTheReason(): void
    {
        $orders = json_decode($this->get('orders', 'numbers', ['orders' => '1,2,3']), true)['orders'];
        self::assertSame(['S00017', 'Sales order', 'good'], [
            $orders['1'][0]['number'], $orders['1'][0]['state_label'], $orders['1'][0]['tone'],
        ]);
        self::assertStringContainsString('guest', $orders['2'][0]['cause']);
        self::assertSame('Waits', $orders['2'][0]['state_label']);
        self::assertArrayNotHasKey('3', $orders);
        $rows = $this->shown($this->get('orders', 'panel', ['orders' => '1']))['rows'];
        self::assertSame(['INV/2025/00003'], $rows[0]['invoices']);
        self::assertSame(['WH/OUT/00005', '1Z<999>', '01/03/2025 12:00:00', 'done'], array_values(
            $rows[0]['deliveries'][0]
        ));

        foreach (['', '1,', 'x', '1;2', '0'] as $wrong) {
            $answer = json_decode($this->get('orders', 'numbers', ['orders' => $wrong]), true);
            self::assertSame('shop.request', $answer['problem']['code'], $wrong);
        }
    }

    public function testStatusesAreStoredAndALoopIsShownAtItsField(): void
    {
        $page = $this->shown($this->get('order_statuses', 'index', ['connection' => 1]));
        self::assertStringContainsString('Sales order, invoice and payment', $page['body']);
        $actions = ['1' => 'quotation', '2' => 'confirm+invoice+pay', '3' => '', '5' => 'none', '7' => ''];
        $values = ['connection' => '1', 'action' => $actions];
        self::assertSame('The statuses are saved.', $this->post('order_statuses', 'actions', $values)['message']);
        self::assertSame('Nothing was changed.', $this->post('order_statuses', 'actions', $values)['message']);
        $values['action'] = ['5' => 'confirm+deliver', '7' => 'cancel'];
        $problem = $this->post('order_statuses', 'actions', $values)['problem'];
        self::assertSame(['action.5'], array_keys($problem['fields']));
        self::assertStringContainsString('circle', $problem['fields']['action.5'][0]);
        $body = $this->shown($this->get('order_statuses', 'index', ['connection' => 1]))['body'];
        $statuses = array_column($this->shown($body)['statuses'], 'action', 'key');
        self::assertSame('cancel', $statuses['7'], 'the others are stored');
        self::assertSame('none', $statuses['5']);
    }

    public function testTheWayBackIsStoredAndALoopIsShownAtItsField(): void
    {
        $values = [
            'connection' => '1',
            'status' => ['confirmed' => '2', 'shipped' => '', 'paid' => '5'],
            'notify' => ['paid' => '1'],
            'comment' => ['paid' => ' Thanks &amp; <3 {order} ', 'confirmed' => ''],
        ];
        self::assertArrayHasKey('message', $this->post('order_statuses', 'back', $values));
        $body = $this->shown($this->get('order_statuses', 'index', ['connection' => 1]))['body'];
        $facts = array_column($this->shown($body)['facts'], null, 'fact');
        self::assertSame(['5', true, 'Thanks & <3 {order}'], [
            $facts['paid']['status'], $facts['paid']['notify'], $facts['paid']['comment'],
        ]);
        self::assertSame('', $facts['shipped']['status']);
        $values['status'] = ['paid' => '5', 'confirmed' => '7'];
        $problem = $this->post('order_statuses', 'back', $values)['problem'];
        self::assertSame(['back.confirmed'], array_keys($problem['fields']));
    }

    public function testAConnectionsFieldsAreGrouped(): void
    {
        $page = $this->shown($this->get('connections', 'form', ['id' => 1]));
        $groups = $this->shown($page['body'])['groups'];
        self::assertSame(
            ['Connection', 'Catalogue', 'Customers', 'Orders', 'From the ERP', 'Stock', 'Who is right'],
            array_column($groups, 'label')
        );
        self::assertStringContainsString('settings[images]', $groups[0]['more']);
        self::assertSame('', $groups[3]['more']);
        self::assertStringContainsString('settings[rounding_limit]', $groups[3]['fields']);
    }

    public function testSettingsRefuseWhatCannotWork(): void
    {
        $answer = $this->post('settings', 'save', ['url' => 'ftp://x', 'key' => 'erpb1.short', 'ca_file' => '/none']);
        self::assertSame(['url', 'key', 'ca_file'], array_keys($answer['problem']['fields']));
        self::assertSame($this->agent->token, $this->registry->get('config')->get('erp_bridge_key'), 'nothing is stored');
    }

    public function testSettingsTestWhatStandsInTheForm(): void
    {
        $right = $this->post('settings', 'test', ['url' => $this->agent->url])['html'];
        self::assertStringContainsString('pairing key is right', $right);
        $wrong = $this->post('settings', 'test', ['url' => $this->agent->url . '/as/html'])['html'];
        self::assertStringContainsString('a web page answers', $wrong);
    }

    public function testRepairingEventsGivesNoRightsAndKeepsTheSettings(): void
    {
        $groups = new Groups();
        $this->registry->set('model_user_user_group', $groups);
        $before = $this->registry->get('config')->values;
        self::assertSame('The events are repaired.', $this->post('settings', 'repair')['message']);
        $statements = implode("\n", $this->registry->get('db')->statements);
        self::assertStringContainsString('INSERT INTO `oc_event`', $statements);
        self::assertStringContainsString('oc_erp_outbox', $statements);
        self::assertSame(['access' => [], 'modify' => []], $groups->permission);
        self::assertSame($before, $this->registry->get('config')->values);
    }

    public function testWaitingWorkIsTriedAgainOnce(): void
    {
        self::assertStringContainsString('Downloadable Products', $this->get('jobs', 'held'));
        self::assertArrayHasKey('message', $this->post('jobs', 'release', ['task' => '71']));
        self::assertSame('task.missing', $this->post('jobs', 'release', ['task' => '71'])['problem']['code']);
        self::assertSame('shop.request', $this->post('jobs', 'drop', ['task' => '0; DROP'])['problem']['code']);
    }
}

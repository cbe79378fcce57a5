<?php

namespace ErpBridgeTests;

use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use ErpBridge\Screen\Front;
use PHPUnit\Framework\TestCase;

/**
 * The screens over the stand-in agent, as the admin's browser calls them.
 */
final class ScreensTest extends TestCase
{
    /** @var FakeAgent */
    private $agent;

    /** @var Registry */
    private $registry;

    /** @var Platform */
    private $platform;

    protected function setUp(): void
    {
        $this->agent = new FakeAgent();
        $this->platform = new Platform('4.1.0.4');
        $this->registry = new Registry(['db' => new Database(), 'model_setting_setting' => new Settings()]);
        $this->registry->get('config')->values += [
            'erp_bridge_url' => $this->agent->url,
            'erp_bridge_key' => $this->agent->token,
        ];

        foreach ($this->platform->permissionRoutes() as $route) {
            $this->registry->get('user')->permission['access'][] = $route;
            $this->registry->get('user')->permission['modify'][] = $route;
        }
    }

    protected function tearDown(): void
    {
        $this->agent->stop();
    }

    /**
     * @param array<string, mixed> $query
     */
    private function get(string $screen, string $method, array $query = []): string
    {
        $request = $this->registry->get('request');
        $request->server = ['REQUEST_METHOD' => 'GET'];
        $request->get = array_map('htmlspecialchars', array_map('strval', $query));
        (new Front(new Shop($this->registry, $this->platform)))->run($screen, $method);

        return $this->registry->get('response')->output;
    }

    /**
     * @param array<string, mixed> $values
     *
     * @return array<string, mixed>
     */
    private function post(string $screen, string $method, array $values = []): array
    {
        $request = $this->registry->get('request');
        $request->server = ['REQUEST_METHOD' => 'POST'];
        $request->get = [];
        $request->post = $values;
        (new Front(new Shop($this->registry, $this->platform)))->run($screen, $method);
        $answer = json_decode($this->registry->get('response')->output, true);
        self::assertIsArray($answer, $this->registry->get('response')->output);

        return $answer;
    }

    /**
     * @return array<string, mixed> the row as the list shows it
     */
    private function row(string $key): array
    {
        $html = $this->get('products', 'list', ['connection' => 1, 'q' => $key]);
        $data = json_decode(substr($html, strpos($html, ' ') + 1, -1), true);

        return $data['rows'][0];
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

    public function testWaitingWorkIsTriedAgainOnce(): void
    {
        self::assertStringContainsString('Downloadable Products', $this->get('jobs', 'held'));
        self::assertArrayHasKey('message', $this->post('jobs', 'release', ['task' => '71']));
        self::assertSame('task.missing', $this->post('jobs', 'release', ['task' => '71'])['problem']['code']);
        self::assertSame('shop.request', $this->post('jobs', 'drop', ['task' => '0; DROP'])['problem']['code']);
    }
}

final class Settings
{
    /**
     * @param array<string, mixed> $values
     */
    public function editSetting(string $code, array $values): void
    {
    }
}

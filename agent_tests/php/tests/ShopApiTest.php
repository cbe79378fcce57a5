<?php

namespace ErpBridgeTests;

use ErpBridge\Install\Installer;
use ErpBridge\Install\Schema;
use ErpBridge\OpenCart\Shop;
use ErpBridge\OpenCart\ShopApi;
use ErpBridge\Platform;
use ErpBridge\Security\PairingKey;
use ErpBridge\Security\Signer;
use PHPUnit\Framework\TestCase;

final class ShopApiTest extends TestCase
{
    const TOKEN = 'erpb1.a1b2c3d4.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
    const TARGET = '/shop/index.php?route=extension/erp_bridge/api&call=ping';

    /** @var Database */
    private $db;

    /** @var Registry */
    private $registry;

    /** @var Shop */
    private $shop;

    protected function setUp(): void
    {
        $db = Database::real();

        if ($db === null) {
            self::markTestSkipped('ERP_BRIDGE_TEST_DB names no server');
        }

        $this->db = $db;
        (new Schema($db, 'oc_'))->ensure();
        $db->query('CREATE TABLE oc_event (event_id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(64) NOT NULL,'
            . ' `trigger` TEXT NOT NULL, action TEXT NOT NULL, status TINYINT(1) NOT NULL, sort_order INT(3) NOT NULL)');
        $this->registry = new Registry(['db' => $db]);
        $this->registry->get('config')->set('erp_bridge_key', self::TOKEN);
        $this->registry->get('config')->set('module_erp_bridge_status', '1');
        $this->shop = new Shop($this->registry, new Platform('3.0.5.1'));
    }

    /**
     * @param array<string, string> $changes headers in place of the right ones
     *
     * @return array<int, mixed> the answer's headers, body and JSON
     */
    private function call(string $nonce, array $changes = [], string $call = 'ping'): array
    {
        $target = str_replace('ping', $call, self::TARGET);
        $made = Signer::headers(PairingKey::parse(self::TOKEN), 'GET', $target, '', time(), $nonce);
        $server = ['REQUEST_METHOD' => 'GET', 'REQUEST_URI' => htmlspecialchars($target)];

        foreach ($changes + $made as $name => $value) {
            $server['HTTP_' . strtoupper(str_replace('-', '_', $name))] = $value;
        }

        $this->registry->get('request')->server = $server;
        $this->registry->get('request')->get = ['call' => $call];
        $this->registry->set('response', new Response());
        (new ShopApi($this->shop))->answer();
        $response = $this->registry->get('response');

        return [$response->headers, $response->output, json_decode($response->output, true)];
    }

    public function testAnswersTheAgentSigned(): void
    {
        (new Installer($this->shop))->repairEvents();
        list($headers, $body, $json) = $this->call('nonce-0000000001');
        self::assertSame('3.0.5.1', $json['opencart']);
        self::assertSame('opencart', $json['database']);
        self::assertTrue($json['events']['whole']);
        $found = [];

        foreach ($headers as $header) {
            list($name, $value) = explode(': ', $header, 2);
            $found[$name] = $value;
        }

        $key = PairingKey::parse(self::TOKEN);
        self::assertSame(
            Signer::response($key, 200, 'nonce-0000000001', $found['Erp-Timestamp'], $body),
            $found['Erp-Signature']
        );
    }

    public function testSaysWhichEventsAreGone(): void
    {
        $json = $this->call('nonce-0000000002')[2];
        self::assertFalse($json['events']['whole']);
        self::assertContains('admin/model/catalog/product/editProduct/after', $json['events']['missing']);
    }

    public function testRefusesStrangersAlikeAndTellsThemNothing(): void
    {
        $this->call('nonce-0000000003');
        $answers = [
            $this->call('nonce-0000000003'),
            $this->call('nonce-0000000004', ['Erp-Signature' => 'v1=' . str_repeat('0', 64)]),
            $this->call('nonce-0000000005', ['Erp-Key-Id' => 'zz00zz00']),
            $this->call('nonce-0000000006', ['Erp-Timestamp' => '1']),
            $this->call('x'),
        ];

        foreach ($answers as $answer) {
            self::assertContains('HTTP/1.1 401 Unauthorized', $answer[0]);
            self::assertSame('signature.refused', $answer[2]['error']['code']);
            self::assertSame($answers[0][1], $answer[1], 'every refusal reads the same');
        }
    }

    public function testAnUnpairedShopRefusesEverybody(): void
    {
        $this->registry->get('config')->set('erp_bridge_key', '');
        self::assertSame('signature.refused', $this->call('nonce-0000000007')[2]['error']['code']);
    }

    public function testUnknownCallsAreNamed(): void
    {
        list($headers, , $json) = $this->call('nonce-0000000008', [], 'pong');
        self::assertSame('shop.call-unknown', $json['error']['code']);
        self::assertContains('HTTP/1.1 404 Not Found', $headers);
    }

    public function testDoesNothingOnceTheModuleIsUninstalled(): void
    {
        $this->registry->get('config')->set('module_erp_bridge_status', null);

        foreach (['ping', 'history', 'histories', 'caches', 'pong'] as $number => $call) {
            list($headers, $body, $json) = $this->call('nonce-000000002' . $number, [], $call);
            self::assertContains('HTTP/1.1 503 Service Unavailable', $headers, $call);
            self::assertSame('shop.uninstalled', $json['error']['code'], $call);
            self::assertTrue($json['error']['retry']);
            self::assertNotEmpty(preg_grep('/^Erp-Signature: /', $headers), 'the agent may believe it');
            self::assertStringNotContainsString('database', $body);
        }

        $stranger = $this->call('nonce-0000000030', ['Erp-Signature' => 'v1=' . str_repeat('0', 64)]);
        self::assertSame('signature.refused', $stranger[2]['error']['code'], 'strangers learn nothing');
    }

    public function testNeverLeaksWhatBroke(): void
    {
        $this->db->query('DROP TABLE oc_erp_shop_nonce');
        list($headers, $body) = $this->call('nonce-0000000009');
        self::assertContains('HTTP/1.1 500 Internal Server Error', $headers);
        self::assertStringNotContainsString('oc_erp_shop_nonce', $body);
        self::assertStringContainsString('oc_erp_shop_nonce', $this->registry->get('log')->lines[0]);
    }
}

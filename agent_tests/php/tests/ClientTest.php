<?php

namespace ErpBridgeTests;

use ErpBridge\Agent\Client;
use ErpBridge\Agent\CurlTransport;
use ErpBridge\Agent\PingCheck;
use ErpBridge\Problem;
use ErpBridge\Security\PairingKey;
use PHPUnit\Framework\TestCase;

final class ClientTest extends TestCase
{
    const SHOP = ['database' => 'opencart', 'prefix' => 'oc_', 'url' => 'http://shop.example/'];

    /** @var FakeAgent */
    private static $agent;

    public static function setUpBeforeClass(): void
    {
        self::$agent = new FakeAgent(['--shop-url', 'https://www.shop.example']);
    }

    public static function tearDownAfterClass(): void
    {
        self::$agent->stop();
    }

    private function client(string $url, ?PairingKey $key = null, ?CurlTransport $transport = null): Client
    {
        return new Client(
            $url,
            $key ?: PairingKey::parse(self::$agent->token),
            $transport ?: new CurlTransport(),
            Text::words()
        );
    }

    private function problem(Client $client): Problem
    {
        try {
            $client->get('/v1/ping');
        } catch (Problem $problem) {
            self::assertStringNotContainsString('problem_', $problem->cause(), 'words are missing');
            self::assertStringNotContainsString('problem_', $problem->fix(), 'words are missing');
            self::assertStringNotContainsString('{', $problem->cause() . $problem->fix(), 'a value is missing');

            return $problem;
        }

        self::fail('The call did not fail');
    }

    public function testReadsChangesAndRemoves(): void
    {
        $client = $this->client(self::$agent->url);
        self::assertSame('1.0.0', $client->get('/v1/ping')['version']);
        $list = $client->get('/v1/mappings/products', ['connection' => 1, 'q' => 'café & "x"', 'page' => 1]);
        self::assertSame(0, $list['total']);
        $made = $client->post('/v1/connections', [
            'name' => 'Büro 東京 😀',
            'kind' => 'odoo',
            'settings' => ['url' => 'https://o.example', 'database' => 'd', 'user' => 'u'],
            'secret' => 's',
        ]);
        self::assertSame('Büro 東京 😀', $made['name']);
        $path = '/v1/connections/' . $made['id'];
        $client->patch($path, ['name' => 'B', 'settings' => $made['settings']]);
        self::assertSame('paused', $client->post($path . '/pause')['state']);
        self::assertSame([], $client->delete($path));
        self::assertSame('42', $client->put('/v1/mappings/products/28', ['connection' => 1, 'erp_id' => '42'])['erp_id']);
    }

    public function testWorksBelowAPath(): void
    {
        self::assertSame('2.0.0', $this->client(self::$agent->url . '/as/version/')->get('/v1/ping')['version']);
    }

    /**
     * @return array<string, array{0: string, 1: string}>
     */
    public function misbehaviours(): array
    {
        return [
            'a web page' => ['html', 'agent.html'],
            'another program' => ['text', 'agent.foreign'],
            'a redirect' => ['redirect', 'agent.redirect'],
            'a proxy without agent' => ['gateway', 'agent.gateway'],
            'an answer nobody signed' => ['unsigned', 'agent.unsigned'],
            'an answer another agent signed' => ['forged', 'agent.forged'],
            'an answer of an hour ago' => ['old', 'signature.clock'],
            'an agent without tables' => ['not-ready', 'agent.not-ready'],
            'other clocks' => ['clock', 'signature.clock'],
            'a call sent twice' => ['replay', 'signature.replay'],
            'an error without words' => ['broken', 'agent.status'],
        ];
    }

    /**
     * @dataProvider misbehaviours
     */
    public function testSaysWhatIsWrongWith(string $mode, string $code): void
    {
        $problem = $this->problem($this->client(self::$agent->url . '/as/' . $mode));
        self::assertSame($code, $problem->name());
        self::assertSame('settings', $problem->where());
    }

    public function testSaysThatNobodyAnswers(): void
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $place = stream_socket_get_name($socket, false);
        fclose($socket);
        $problem = $this->problem($this->client('http://' . $place));
        self::assertSame('agent.refused', $problem->name());
        self::assertStringContainsString($place, $problem->cause());
        self::assertStringContainsString('systemctl start', $problem->fix());
    }

    public function testSaysThatTheHostIsUnknown(): void
    {
        self::assertSame('agent.host', $this->problem($this->client('http://agent.invalid'))->name());
    }

    public function testSaysThatTheAnswerIsLate(): void
    {
        $client = $this->client(self::$agent->url . '/as/slow', null, new CurlTransport('', 1));
        self::assertSame('agent.timeout', $this->problem($client)->name());
    }

    public function testSaysThatTheAddressIsNone(): void
    {
        foreach (['', 'agent', 'ftp://127.0.0.1', 'http://', 'http://user:pw@127.0.0.1', 'http://h/?a=b'] as $url) {
            self::assertSame('agent.url', $this->problem($this->client($url))->name(), $url);
        }
    }

    public function testSaysThatTheShopIsNotPaired(): void
    {
        $client = new Client(self::$agent->url, null, new CurlTransport(), Text::words());
        self::assertSame('pairing.missing', $this->problem($client)->name());
    }

    public function testSaysThatTheKeyIsAnother(): void
    {
        $secret = explode('.', self::$agent->token)[2];
        $other = PairingKey::parse('erpb1.zzzzzzzz.' . $secret);
        self::assertSame('signature.key_unknown', $this->problem($this->client(self::$agent->url, $other))->name());
        $wrong = PairingKey::parse('erpb1.a1b2c3d4.' . strrev($secret));
        self::assertSame('signature.wrong', $this->problem($this->client(self::$agent->url, $wrong))->name());
    }

    public function testTrustsOnlyKnownCertificates(): void
    {
        $folder = sys_get_temp_dir() . '/erp-bridge-tls-' . bin2hex(random_bytes(4));
        mkdir($folder);
        exec(
            'openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1'
            . ' -keyout ' . $folder . '/key.pem -out ' . $folder . '/cert.pem 2>/dev/null',
            $lines,
            $failed
        );
        self::assertSame(0, $failed, 'openssl is missing');
        $agent = new FakeAgent(['--tls', $folder . '/cert.pem', $folder . '/key.pem']);

        try {
            self::assertSame('agent.tls', $this->problem($this->client($agent->url))->name());
            $trusting = new CurlTransport($folder . '/cert.pem');
            self::assertSame('1.0.0', $this->client($agent->url, null, $trusting)->get('/v1/ping')['version']);
            $missing = new CurlTransport($folder . '/none.pem');
            self::assertSame('agent.ca-file', $this->problem($this->client($agent->url, null, $missing))->name());
            file_put_contents($folder . '/none.pem', 'no certificate');
            self::assertSame('agent.ca-file', $this->problem($this->client($agent->url, null, $missing))->name());
        } finally {
            $agent->stop();
            array_map('unlink', (array)glob($folder . '/*'));
            rmdir($folder);
        }
    }

    public function testPassesOnWhatTheAgentReports(): void
    {
        try {
            $empty = ['name' => '', 'kind' => 'odoo', 'settings' => new \stdClass()];
            $this->client(self::$agent->url)->post('/v1/connections', $empty);
            self::fail('The call did not fail');
        } catch (Problem $problem) {
            self::assertSame('Fields are wrong', $problem->cause());
            self::assertSame('Correct them.', $problem->fix());
            self::assertSame(['A name is needed.'], $problem->fields()['name']);
            self::assertArrayHasKey('settings.url', $problem->fields());
            self::assertSame('', $problem->where());
        }
    }

    /**
     * @return array<int, string>
     */
    private function levels(string $url, bool $eventsWhole = true): array
    {
        $findings = (new PingCheck($this->client($url), Text::words()))->findings(self::SHOP, $eventsWhole);

        return array_column($findings, 'level');
    }

    public function testTestFindsAllInOrder(): void
    {
        self::assertSame(['ok', 'ok', 'ok', 'ok'], $this->levels(self::$agent->url));
    }

    public function testTestFindsEventsMissing(): void
    {
        self::assertSame(['ok', 'ok', 'ok', 'warning'], $this->levels(self::$agent->url, false));
    }

    public function testTestFindsAnotherVersion(): void
    {
        self::assertSame(['ok', 'error', 'ok', 'ok'], $this->levels(self::$agent->url . '/as/version'));
    }

    public function testTestFindsAnotherDatabase(): void
    {
        self::assertSame(['ok', 'ok', 'error', 'ok'], $this->levels(self::$agent->url . '/as/database'));
    }

    public function testTestFindsThatNothingAnswers(): void
    {
        self::assertSame(['error', 'ok'], $this->levels(self::$agent->url . '/as/html'));
    }

    public function testTestFindsAnotherAddress(): void
    {
        $shop = ['url' => 'http://staging.example/'] + self::SHOP;
        $findings = (new PingCheck($this->client(self::$agent->url), Text::words()))->findings($shop, true);
        self::assertContains('warning', array_column($findings, 'level'));
        self::assertStringContainsString('staging.example', json_encode($findings, JSON_UNESCAPED_SLASHES));
    }
}

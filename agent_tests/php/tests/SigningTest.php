<?php

namespace ErpBridgeTests;

use ErpBridge\Security\PairingKey;
use ErpBridge\Security\RequestVerifier;
use ErpBridge\Security\Signer;
use PHPUnit\Framework\TestCase;

final class SigningTest extends TestCase
{
    const NOW = 1700000000;

    /**
     * @return array<string, mixed>
     */
    private static function vectors(): array
    {
        return json_decode((string)file_get_contents(dirname(__DIR__) . '/vectors/signing.json'), true);
    }

    private static function key(string $name): PairingKey
    {
        foreach (self::vectors()['keys'] as $entry) {
            if ($entry['name'] === $name) {
                return PairingKey::parse($entry['token']);
            }
        }

        throw new \LogicException('no key ' . $name);
    }

    public function testReadsPairingKeys(): void
    {
        foreach (self::vectors()['keys'] as $entry) {
            $key = PairingKey::parse("  " . chunk_split($entry['token'], 20, "\n") . "\n");
            self::assertNotNull($key);
            self::assertSame($entry['id'], $key->id());
            self::assertSame($entry['secret_hex'], bin2hex($key->secret()));
            self::assertSame($entry['token'], $key->token());
        }
    }

    public function testRefusesWhatIsNoPairingKey(): void
    {
        foreach (self::vectors()['bad_tokens'] as $token) {
            self::assertNull(PairingKey::parse($token), $token);
        }
    }

    public function testNeverShowsTheSecret(): void
    {
        $key = self::key('k1');
        self::assertStringNotContainsString('AAECAwQ', $key->masked());
        self::assertStringContainsString($key->id(), $key->masked());
        self::assertStringNotContainsString($key->secret(), print_r($key, true));
    }

    public function testSignsRequestsAsAgreed(): void
    {
        foreach (self::vectors()['requests'] as $v) {
            $given = Signer::request(
                self::key($v['key']),
                $v['method'],
                $v['target'],
                $v['timestamp'],
                $v['nonce'],
                $v['body']
            );
            self::assertSame($v['signature'], $given, $v['name']);
        }
    }

    public function testSignsAnswersAsAgreed(): void
    {
        foreach (self::vectors()['responses'] as $v) {
            $given = Signer::response(self::key($v['key']), $v['status'], $v['nonce'], $v['timestamp'], $v['body']);
            self::assertSame($v['signature'], $given, $v['name']);
        }
    }

    public function testAcceptsASignedCallOnce(): void
    {
        $verifier = new RequestVerifier([self::key('k2'), self::key('k1')], new Nonces());
        $headers = $this->headers('GET', '/x?y=1', '');
        self::assertSame('a1b2c3d4', $verifier->verify($headers, 'GET', '/x?y=1', '', self::NOW)->id());
        self::assertNull($verifier->verify($headers, 'GET', '/x?y=1', '', self::NOW), 'sent again');
    }

    /**
     * @return array<string, array{0: callable}>
     */
    public function changes(): array
    {
        return [
            'other method' => [function (&$h, &$m) {
                $m = 'POST';
            }],
            'other target' => [function (&$h, &$m, &$t) {
                $t = '/x?y=2';
            }],
            'other body' => [function (&$h, &$m, &$t, &$b) {
                $b = '{"a":2}';
            }],
            'too late' => [function (&$h, &$m, &$t, &$b, &$n) {
                $n += 301;
            }],
            'too early' => [function (&$h, &$m, &$t, &$b, &$n) {
                $n -= 301;
            }],
            'unknown key' => [function (&$h) {
                $h['erp-key-id'] = 'zz00zz00';
            }],
            'other nonce' => [function (&$h) {
                $h['erp-nonce'] = str_repeat('z', 20);
            }],
            'short nonce' => [function (&$h) {
                $h['erp-nonce'] = 'short';
            }],
            'other time' => [function (&$h) {
                $h['erp-timestamp'] = (string)(self::NOW + 1);
            }],
            'no signature' => [function (&$h) {
                unset($h['erp-signature']);
            }],
            'nothing' => [function (&$h) {
                $h = [];
            }],
        ];
    }

    /**
     * @dataProvider changes
     */
    public function testRefusesWhatWasChanged(callable $change): void
    {
        $method = 'PUT';
        $target = '/x?y=1';
        $body = '{"a":1}';
        $now = self::NOW;
        $headers = $this->headers($method, $target, $body);
        $nonces = new Nonces();
        $verifier = new RequestVerifier([self::key('k1')], $nonces);
        $change($headers, $method, $target, $body, $now);
        self::assertNull($verifier->verify($headers, $method, $target, $body, $now));
        self::assertSame([], $nonces->taken, 'a refused call must not use up a nonce');
    }

    /**
     * @return array<string, string>
     */
    private function headers(string $method, string $target, string $body): array
    {
        $made = Signer::headers(self::key('k1'), $method, $target, $body, self::NOW, 'nonce-0123456789');

        return array_change_key_case($made);
    }
}

<?php

namespace ErpBridge\Agent;

use ErpBridge\Problem;
use ErpBridge\Security\PairingKey;
use ErpBridge\Security\Signer;
use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Signed calls to the agent. Every way in which a call can fail becomes a Problem that says what is
 * wrong and how to mend it.
 */
final class Client
{
    /** @var string */
    private $url;

    /** @var PairingKey|null */
    private $key;

    /** @var Transport */
    private $transport;

    /** @var Failures */
    private $failures;

    public function __construct(string $url, ?PairingKey $key, Transport $transport, Words $words)
    {
        $this->url = rtrim($url, '/');
        $this->key = $key;
        $this->transport = $transport;
        $this->failures = new Failures($words, $this->url);
    }

    /**
     * @param array<string, string|int> $query
     *
     * @return array<string, mixed> the answer's JSON object
     *
     * @throws Problem
     */
    public function get(string $path, array $query = []): array
    {
        return $this->call('GET', $path, $query, null);
    }

    /**
     * @param array<string, mixed> $body
     *
     * @return array<string, mixed>
     *
     * @throws Problem
     */
    public function post(string $path, array $body = []): array
    {
        return $this->call('POST', $path, [], $body);
    }

    /**
     * @param array<string, mixed> $body
     *
     * @return array<string, mixed>
     *
     * @throws Problem
     */
    public function put(string $path, array $body): array
    {
        return $this->call('PUT', $path, [], $body);
    }

    /**
     * @param array<string, mixed> $body
     *
     * @return array<string, mixed>
     *
     * @throws Problem
     */
    public function patch(string $path, array $body): array
    {
        return $this->call('PATCH', $path, [], $body);
    }

    /**
     * @param array<string, string|int> $query
     *
     * @return array<string, mixed>
     *
     * @throws Problem
     */
    public function delete(string $path, array $query = []): array
    {
        return $this->call('DELETE', $path, $query, null);
    }

    /**
     * @param array<string, string|int> $query
     * @param array<string, mixed>|null $body
     *
     * @return array<string, mixed>
     */
    private function call(string $method, string $path, array $query, ?array $body): array
    {
        if ($this->key === null) {
            throw $this->failures->problem('pairing.missing');
        }

        $parts = parse_url($this->url);

        if (!is_array($parts) || empty($parts['host']) || !$this->isHttp($parts)) {
            throw $this->failures->problem('agent.url');
        }

        $target = (isset($parts['path']) ? rtrim($parts['path'], '/') : '') . $path;

        if ($query) {
            $target .= '?' . http_build_query($query, '', '&', PHP_QUERY_RFC3986);
        }

        $origin = $parts['scheme'] . '://' . $parts['host'] . (isset($parts['port']) ? ':' . $parts['port'] : '');
        $text = $body === null ? '' : $this->encode($body);
        $nonce = Signer::nonce();
        $headers = Signer::headers($this->key, $method, $target, $text, time(), $nonce);
        $headers['Accept'] = 'application/json';

        if ($text !== '') {
            $headers['Content-Type'] = 'application/json';
        }

        try {
            $answer = $this->transport->send($method, $origin . $target, $headers, $text);
        } catch (TransportFailure $failure) {
            throw $this->failures->ofTransport($failure);
        }

        return $this->read($answer, $nonce);
    }

    /**
     * @return array<string, mixed>
     */
    private function read(Answer $answer, string $nonce): array
    {
        $status = $answer->status();
        $json = $answer->body() === '' ? [] : json_decode($answer->body(), true);

        if ($status >= 300 && $status < 400) {
            throw $this->failures->problem('agent.redirect', ['to' => $answer->header('location')]);
        }

        if (!is_array($json)) {
            throw $this->failures->ofForeign($answer);
        }

        if ($status === 401 && $answer->header('erp-signature') === '') {
            throw $this->failures->ofRefusal($json, $answer->header('date'), time());
        }

        $this->verify($answer, $nonce);

        if ($status >= 400) {
            throw $this->failures->ofError($json, $status);
        }

        return $json;
    }

    /**
     * Refuse an answer that the paired agent did not give to this very call.
     */
    private function verify(Answer $answer, string $nonce): void
    {
        $timestamp = $answer->header('erp-timestamp');
        $given = $answer->header('erp-signature');

        if ($given === '') {
            throw $this->failures->ofUnsigned($answer);
        }

        $expected = Signer::response($this->key, $answer->status(), $nonce, $timestamp, $answer->body());

        if (!Signer::same($expected, $given)) {
            throw $this->failures->problem('agent.forged');
        }

        if (abs(time() - (int)$timestamp) > Signer::MAX_SKEW) {
            throw $this->failures->problem('signature.clock', ['minutes' => (string)$this->minutes($timestamp)]);
        }
    }

    private function minutes(string $timestamp): int
    {
        return (int)round(abs(time() - (int)$timestamp) / 60);
    }

    /**
     * @param array<string, mixed> $body
     */
    private function encode(array $body): string
    {
        $text = json_encode(
            $body ?: new \stdClass(),
            JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE
        );

        return (string)$text;
    }

    /**
     * @param array<string, mixed> $parts
     */
    private function isHttp(array $parts): bool
    {
        return isset($parts['scheme']) && in_array(strtolower($parts['scheme']), ['http', 'https'], true)
            && !isset($parts['user']) && !isset($parts['query']) && !isset($parts['fragment']);
    }
}

<?php

namespace ErpBridge\OpenCart;

use ErpBridge\Install\EventList;
use ErpBridge\Install\Installer;
use ErpBridge\Security\NonceTable;
use ErpBridge\Security\PairingKey;
use ErpBridge\Security\RequestVerifier;
use ErpBridge\Security\Signer;
use ErpBridge\Version;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Answers the agent's signed calls. Strangers learn nothing, whatever they send.
 */
final class ShopApi
{
    const REASONS = [
        400 => 'Bad Request',
        404 => 'Not Found',
        409 => 'Conflict',
        422 => 'Unprocessable Entity',
        500 => 'Internal Server Error',
        503 => 'Service Unavailable',
    ];

    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    public function answer(): void
    {
        try {
            $body = (string)file_get_contents('php://input');
            $key = $this->verifiedKey($body);

            if ($key === null) {
                $this->refuse();

                return;
            }

            list($status, $data) = $this->result($this->shop->query('call'), $body);
            $this->send($key, $status, $data);
        } catch (\Throwable $error) {
            $this->shop->log(get_class($error) . ': ' . $error->getMessage());
            $this->sendPlain('500 Internal Server Error', 'shop.failed', 'The shop could not answer');
        }
    }

    private function verifiedKey(string $body): ?PairingKey
    {
        $now = time();
        $verifier = new RequestVerifier(
            (new Settings($this->shop))->liveKeys($now),
            new NonceTable($this->shop->db(), DB_PREFIX)
        );
        $headers = [];

        foreach (['erp-key-id', 'erp-timestamp', 'erp-nonce', 'erp-signature'] as $name) {
            $headers[$name] = $this->shop->server('HTTP_' . strtoupper(str_replace('-', '_', $name)));
        }

        $target = $this->shop->server('REQUEST_URI');

        return $verifier->verify($headers, $this->shop->server('REQUEST_METHOD'), $target, $body, $now);
    }

    /**
     * @return array{0: int, 1: array<string, mixed>} HTTP status and answer
     */
    private function result(string $call, string $body): array
    {
        try {
            return [200, $this->answerTo($call, $body)];
        } catch (ApiRefusal $refusal) {
            return [$refusal->status(), $refusal->toPlain()];
        } catch (\Throwable $error) {
            $this->shop->log(get_class($error) . ' in ' . basename($error->getFile()) . ':' . $error->getLine()
                . ': ' . $error->getMessage());
            $refusal = new ApiRefusal(
                500,
                'shop.failed',
                'The shop could not answer: ' . substr($error->getMessage(), 0, 300),
                'Look at System > Maintenance > Error Logs of the shop.'
            );

            return [500, $refusal->toPlain()];
        }
    }

    /**
     * @return array<string, mixed>
     */
    private function answerTo(string $call, string $body): array
    {
        // OpenCart 3 leaves the files and their addresses where they are when the module is uninstalled.
        if (!$this->shop->config('module_erp_bridge_status')) {
            throw new ApiRefusal(
                503,
                'shop.uninstalled',
                'The module ERP Bridge is uninstalled in the shop, which therefore does nothing for the agent',
                'Install the module again under Extensions > Extensions > Modules, or pause the agent\'s connections.'
            );
        }

        if ($call === 'ping') {
            return $this->ping();
        }

        if (!in_array($call, ['history', 'histories', 'caches'], true)) {
            throw new ApiRefusal(
                404,
                'shop.call-unknown',
                'The shop\'s extension does not know this call',
                'Bring the extension and the agent to the same version.'
            );
        }

        $asked = json_decode($body, true);

        if (!$this->shop->isPost() || !is_array($asked)) {
            throw new ApiRefusal(
                400,
                'shop.request_wrong',
                'The call has no JSON object as its body',
                'Bring the extension and the agent to the same version.'
            );
        }

        if ($call === 'caches') {
            return (new Caches($this->shop))->drop($asked);
        }

        $history = new History($this->shop);

        return $call === 'history' ? $history->add($asked) : $history->of($asked);
    }

    /**
     * @return array<string, mixed>
     */
    private function ping(): array
    {
        $difference = (new Installer($this->shop))->checkEvents();

        return [
            'version' => Version::NUMBER,
            'opencart' => $this->shop->platform()->version(),
            'php' => PHP_VERSION,
            'time' => gmdate('Y-m-d\TH:i:s\Z'),
            'database' => DB_DATABASE,
            'prefix' => DB_PREFIX,
            'events' => ['whole' => EventList::isWhole($difference)] + $difference,
        ];
    }

    /**
     * @param array<string, mixed> $data
     */
    private function send(PairingKey $key, int $status, array $data): void
    {
        $body = (string)json_encode($data, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
        $timestamp = (string)time();
        $nonce = $this->shop->server('HTTP_ERP_NONCE');
        $this->shop->addHeader('Erp-Timestamp: ' . $timestamp);
        $this->shop->addHeader('Erp-Signature: ' . Signer::response($key, $status, $nonce, $timestamp, $body));

        if ($status !== 200) {
            $this->shop->addHeader('HTTP/1.1 ' . $status . ' ' . self::REASONS[$status]);
        }

        $this->shop->respond($body, 'application/json');
    }

    private function refuse(): void
    {
        $this->sendPlain('401 Unauthorized', 'signature.refused', 'The call is not signed by the paired agent');
    }

    private function sendPlain(string $status, string $code, string $cause): void
    {
        $this->shop->addHeader('HTTP/1.1 ' . $status);
        $this->shop->respond((string)json_encode(['error' => [
            'code' => $code,
            'record' => '',
            'cause' => $cause,
            'fix' => 'Compare the pairing key and the clocks of shop and agent.',
            'retry' => false,
        ]]), 'application/json');
    }
}

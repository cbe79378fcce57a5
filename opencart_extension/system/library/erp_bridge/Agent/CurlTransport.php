<?php

namespace ErpBridge\Agent;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Sends requests with curl: certificates are checked, redirects are not followed, answers are limited.
 */
final class CurlTransport implements Transport
{
    const CONNECT_SECONDS = 5;
    const TOTAL_SECONDS = 30;
    const MAX_BYTES = 16777216;

    /** @var string */
    private $caFile;

    /** @var int */
    private $seconds;

    /**
     * @param string $caFile  PEM file of a private certificate authority, '' for the system's
     * @param int    $seconds how long a call may take in all
     */
    public function __construct(string $caFile = '', int $seconds = self::TOTAL_SECONDS)
    {
        $this->caFile = $caFile;
        $this->seconds = $seconds;
    }

    public function send(string $method, string $url, array $headers, string $body): Answer
    {
        if (!function_exists('curl_init')) {
            throw new TransportFailure('no-curl', 'PHP has no curl extension');
        }

        if ($this->caFile !== '' && !is_readable($this->caFile)) {
            throw new TransportFailure('ca-file', $this->caFile);
        }

        $curl = curl_init();
        $received = '';
        $found = [];
        curl_setopt_array($curl, $this->options($method, $url, $headers, $body));
        curl_setopt($curl, CURLOPT_HEADERFUNCTION, function ($handle, $line) use (&$found) {
            $parts = explode(':', $line, 2);

            if (count($parts) === 2) {
                $found[strtolower(trim($parts[0]))] = trim($parts[1]);
            }

            return strlen($line);
        });
        curl_setopt($curl, CURLOPT_WRITEFUNCTION, function ($handle, $part) use (&$received) {
            $received .= $part;

            return strlen($received) > self::MAX_BYTES ? 0 : strlen($part);
        });
        $done = curl_exec($curl);
        $error = curl_errno($curl);
        $detail = curl_error($curl);
        $status = (int)curl_getinfo($curl, CURLINFO_RESPONSE_CODE);

        if (PHP_VERSION_ID < 80000) {
            curl_close($curl);
        }

        if ($done === false) {
            throw new TransportFailure(strlen($received) > self::MAX_BYTES ? 'large' : self::kind($error), $detail);
        }

        return new Answer($status, $found, $received);
    }

    /**
     * @param array<string, string> $headers
     *
     * @return array<int, mixed>
     */
    private function options(string $method, string $url, array $headers, string $body): array
    {
        $lines = ['Expect:'];

        foreach ($headers as $name => $value) {
            $lines[] = $name . ': ' . $value;
        }

        $options = [
            CURLOPT_URL => $url,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $lines,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_SECONDS,
            CURLOPT_TIMEOUT => $this->seconds,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_NOPROXY => 'localhost,127.0.0.1,::1',
            CURLOPT_NOSIGNAL => true,
        ];

        if ($body !== '') {
            $options[CURLOPT_POSTFIELDS] = $body;
        }

        if ($this->caFile !== '') {
            $options[CURLOPT_CAINFO] = $this->caFile;
        }

        return $options;
    }

    /**
     * Return the kind of failure of a curl error number.
     */
    private static function kind(int $number): string
    {
        $kinds = [
            CURLE_COULDNT_RESOLVE_HOST => 'host',
            CURLE_COULDNT_RESOLVE_PROXY => 'host',
            CURLE_COULDNT_CONNECT => 'refused',
            CURLE_OPERATION_TIMEOUTED => 'timeout',
            CURLE_SSL_CONNECT_ERROR => 'tls',
            CURLE_SSL_CACERT => 'tls',
            CURLE_SSL_PEER_CERTIFICATE => 'tls',
            77 => 'ca-file',
        ];

        return isset($kinds[$number]) ? $kinds[$number] : 'other';
    }
}

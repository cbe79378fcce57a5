<?php

namespace ErpBridge\Agent;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Sends one HTTP request.
 */
interface Transport
{
    /**
     * @param array<string, string> $headers
     *
     * @throws TransportFailure when no answer came
     */
    public function send(string $method, string $url, array $headers, string $body): Answer;
}

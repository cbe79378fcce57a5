<?php

namespace ErpBridge\Agent;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What came back over HTTP.
 */
final class Answer
{
    /** @var int */
    private $status;

    /** @var array<string, string> by lower-case name */
    private $headers;

    /** @var string */
    private $body;

    /**
     * @param array<string, string> $headers by lower-case name
     */
    public function __construct(int $status, array $headers, string $body)
    {
        $this->status = $status;
        $this->headers = $headers;
        $this->body = $body;
    }

    public function status(): int
    {
        return $this->status;
    }

    public function header(string $name): string
    {
        return isset($this->headers[$name]) ? $this->headers[$name] : '';
    }

    public function body(): string
    {
        return $this->body;
    }
}

<?php

namespace ErpBridge\Agent;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * No answer came; ``kind`` is one of refused, host, timeout, tls, ca-file, large, no-curl, other.
 */
final class TransportFailure extends \RuntimeException
{
    /** @var string */
    private $kind;

    public function __construct(string $kind, string $detail)
    {
        parent::__construct($detail);
        $this->kind = $kind;
    }

    public function kind(): string
    {
        return $this->kind;
    }
}

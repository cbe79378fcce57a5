<?php

namespace ErpBridge\OpenCart;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * A call of the agent that the shop does not carry out, in the agent's own error form.
 */
final class ApiRefusal extends \RuntimeException
{
    /** @var int */
    private $status;

    /** @var string */
    private $name;

    /** @var string */
    private $fix;

    /** @var string */
    private $record;

    /**
     * @param int    $status HTTP status; 5xx ones are worth another try
     * @param string $name   stable dotted code
     * @param string $cause  one sentence
     * @param string $fix    one sentence
     */
    public function __construct(int $status, string $name, string $cause, string $fix, string $record = '')
    {
        parent::__construct($cause);
        $this->status = $status;
        $this->name = $name;
        $this->fix = $fix;
        $this->record = $record;
    }

    public function status(): int
    {
        return $this->status;
    }

    /**
     * @return array<string, mixed>
     */
    public function toPlain(): array
    {
        return ['error' => [
            'code' => $this->name,
            'record' => $this->record,
            'cause' => $this->getMessage(),
            'fix' => $this->fix,
            'retry' => $this->status >= 500,
        ]];
    }
}

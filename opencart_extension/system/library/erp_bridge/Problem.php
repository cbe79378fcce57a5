<?php

namespace ErpBridge;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Something went wrong, said so that a person can mend it: what, about which record, and what to do.
 */
final class Problem extends \RuntimeException
{
    /** @var string */
    private $name;

    /** @var string */
    private $fix;

    /** @var string */
    private $record;

    /** @var array<string, string[]> */
    private $fields;

    /** @var string */
    private $where;

    /**
     * @param string                  $name   stable dotted code
     * @param string                  $cause  one sentence
     * @param string                  $fix    one sentence
     * @param array<string, string[]> $fields messages of single form fields
     * @param string                  $where  screen on which it is mended, e.g. ``settings``
     */
    public function __construct(
        string $name,
        string $cause,
        string $fix,
        string $record = '',
        array $fields = [],
        string $where = ''
    ) {
        parent::__construct($cause);
        $this->name = $name;
        $this->fix = $fix;
        $this->record = $record;
        $this->fields = $fields;
        $this->where = $where;
    }

    public function name(): string
    {
        return $this->name;
    }

    public function cause(): string
    {
        return $this->getMessage();
    }

    public function fix(): string
    {
        return $this->fix;
    }

    public function where(): string
    {
        return $this->where;
    }

    /**
     * @return array<string, string[]>
     */
    public function fields(): array
    {
        return $this->fields;
    }

    /**
     * @return array<string, mixed>
     */
    public function toPlain(): array
    {
        return [
            'code' => $this->name,
            'record' => $this->record,
            'cause' => $this->getMessage(),
            'fix' => $this->fix,
            'fields' => (object)$this->fields,
            'where' => $this->where,
        ];
    }
}

<?php

namespace ErpBridgeTests;

/**
 * OpenCart's database class as far as the extension uses it, over a real server or only recording.
 */
final class Database
{
    /** @var string[] */
    public $statements = [];

    /** @var \mysqli|null */
    private $link;

    /** @var bool */
    public $broken = false;

    public function __construct(?\mysqli $link = null)
    {
        $this->link = $link;
    }

    /**
     * Return a fresh database on the server that ERP_BRIDGE_TEST_DB names (host:port, root without
     * password), or null where none is named.
     */
    public static function real(): ?self
    {
        $place = (string)getenv('ERP_BRIDGE_TEST_DB');

        if ($place === '') {
            return null;
        }

        list($host, $port) = explode(':', $place);
        $link = new \mysqli($host, 'root', '', '', (int)$port);
        $link->query('DROP DATABASE IF EXISTS erp_bridge_php');
        $link->query('CREATE DATABASE erp_bridge_php CHARACTER SET utf8mb4');
        $link->select_db('erp_bridge_php');
        $link->query("SET SESSION sql_mode = 'NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION'");

        return new self($link);
    }

    /**
     * @return object|bool
     */
    public function query(string $sql)
    {
        if ($this->broken) {
            throw new \Exception('Error: the server has gone away');
        }

        $this->statements[] = $sql;

        if ($this->link === null) {
            return (object)['rows' => [], 'row' => [], 'num_rows' => 0];
        }

        $result = $this->link->query($sql);

        if (!$result instanceof \mysqli_result) {
            return true;
        }

        $rows = $result->fetch_all(MYSQLI_ASSOC);

        return (object)['rows' => $rows, 'row' => $rows ? $rows[0] : [], 'num_rows' => count($rows)];
    }

    public function escape(string $text): string
    {
        return $this->link ? $this->link->real_escape_string($text) : addslashes($text);
    }

    public function countAffected(): int
    {
        return $this->link ? (int)$this->link->affected_rows : 1;
    }

    /**
     * @return array<int, array<string, string>>
     */
    public function rows(string $sql): array
    {
        return $this->query($sql)->rows;
    }
}

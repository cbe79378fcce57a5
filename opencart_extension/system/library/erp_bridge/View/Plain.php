<?php

namespace ErpBridge\View;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Reads values of the agent's JSON without trusting their types.
 */
final class Plain
{
    /**
     * @param mixed $data
     */
    public static function text($data, string $name): string
    {
        return is_array($data) && isset($data[$name]) && is_scalar($data[$name]) ? (string)$data[$name] : '';
    }

    /**
     * @param mixed $data
     */
    public static function number($data, string $name): int
    {
        return is_array($data) && isset($data[$name]) && is_numeric($data[$name]) ? (int)$data[$name] : 0;
    }

    /**
     * @param mixed $data
     */
    public static function flag($data, string $name): bool
    {
        return is_array($data) && !empty($data[$name]);
    }

    /**
     * @param mixed $data
     *
     * @return array<int|string, mixed>
     */
    public static function items($data, string $name = 'items'): array
    {
        return is_array($data) && isset($data[$name]) && is_array($data[$name]) ? $data[$name] : [];
    }

    /**
     * Return an address for a link, '' unless it is http or https.
     *
     * @param mixed $data
     */
    public static function url($data, string $name): string
    {
        $url = self::text($data, $name);

        return preg_match('~^https?://~i', $url) ? $url : '';
    }

    /**
     * Return the first $length characters of a text.
     */
    public static function cut(string $text, int $length): string
    {
        return preg_match('/^.{0,' . $length . '}/us', $text, $start) ? $start[0] : '';
    }
}

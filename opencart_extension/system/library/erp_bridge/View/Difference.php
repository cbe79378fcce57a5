<?php

namespace ErpBridge\View;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Shortens two long texts so that what differs between them stays visible.
 */
final class Difference
{
    /** Characters of a text that is shown whole. */
    const WHOLE = 160;

    /** Characters shown before and after what differs. */
    const AROUND = 40;

    /** Bytes of the longest word: languages without spaces differ by character. */
    const WORD = 30;

    /** Characters shown of what differs. */
    const DIFFERING = 200;

    /**
     * Return both texts in pieces: what is the same before, what differs, what is the same after; and
     * whether anything was left out. Texts are UTF-8; those that are not are shown as they are.
     *
     * @return array<string, array{before: string, differs: string, after: string, cut: bool}>
     */
    public static function between(string $shop, string $erp): array
    {
        $start = self::commonStart($shop, $erp);
        $end = self::commonEnd(substr($shop, $start), substr($erp, $start));

        return ['shop' => self::pieces($shop, $start, $end), 'erp' => self::pieces($erp, $start, $end)];
    }

    /**
     * @return array{before: string, differs: string, after: string, cut: bool}
     */
    private static function pieces(string $text, int $start, int $end): array
    {
        $before = substr($text, 0, $start);
        $differs = substr($text, $start, strlen($text) - $start - $end);
        $after = $end > 0 ? substr($text, -$end) : '';

        if (self::length($text) <= self::WHOLE) {
            return ['before' => $before, 'differs' => $differs, 'after' => $after, 'cut' => false];
        }

        $short = [
            'before' => self::last($before, self::AROUND),
            'differs' => self::first($differs, self::DIFFERING),
            'after' => self::first($after, self::AROUND),
        ];

        return $short + ['cut' => implode('', $short) !== $text];
    }

    /**
     * Return the bytes that two texts begin with, whole characters only.
     */
    private static function commonStart(string $one, string $other): int
    {
        $length = strspn($one ^ $other, "\0");

        while ($length > 0 && (self::isInside($one, $length) || self::isInside($other, $length))) {
            $length--;
        }

        return $length - self::wordPart(strrev(substr($one, 0, $length)));
    }

    /**
     * Return the bytes that two texts end with, whole characters only.
     */
    private static function commonEnd(string $one, string $other): int
    {
        $length = strspn(strrev($one) ^ strrev($other), "\0");

        while ($length > 0 && self::isInside($one, strlen($one) - $length)) {
            $length--;
        }

        return $length - self::wordPart($length > 0 ? substr($one, -$length) : '');
    }

    /**
     * Return the bytes of a text before its first space, 0 where that is no word: whole words differ.
     */
    private static function wordPart(string $text): int
    {
        $length = strcspn($text, " \t\r\n");

        return $length <= self::WORD ? $length : 0;
    }

    /**
     * Tell whether a character goes on at a place of a text.
     */
    private static function isInside(string $text, int $place): bool
    {
        return isset($text[$place]) && (ord($text[$place]) & 0xC0) === 0x80;
    }

    private static function length(string $text): int
    {
        $length = preg_match_all('/./us', $text);

        return $length === false ? strlen($text) : $length;
    }

    private static function first(string $text, int $length): string
    {
        $cut = preg_match('/^.{0,' . $length . '}/us', $text, $found) ? $found[0] : $text;

        return $cut === $text ? $text : $cut . '…';
    }

    private static function last(string $text, int $length): string
    {
        $tail = substr($text, -4 * $length);

        while ($tail !== '' && self::isInside($tail, 0)) {
            $tail = substr($tail, 1);
        }

        $cut = preg_match('/.{0,' . $length . '}$/usD', $tail, $found) ? $found[0] : $text;

        return $cut === $text ? $text : '…' . $cut;
    }
}

<?php

namespace ErpBridge\View;

use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The pages of a list: which row numbers are shown, and which page numbers to offer.
 */
final class Pager
{
    const AROUND = 2;

    /**
     * @param array<string, mixed> $list the agent's list: total, page, limit
     *
     * @return array<string, mixed>
     */
    public static function data(array $list, Words $words): array
    {
        $total = Plain::number($list, 'total');
        $limit = max(1, Plain::number($list, 'limit'));
        $page = max(1, Plain::number($list, 'page'));
        $pages = max(1, (int)ceil($total / $limit));
        $numbers = [];

        for ($number = 1; $number <= $pages; $number++) {
            if ($number === 1 || $number === $pages || abs($number - $page) <= self::AROUND) {
                if ($numbers && end($numbers) !== $number - 1) {
                    $numbers[] = 0;
                }

                $numbers[] = $number;
            } elseif ($number > $page + self::AROUND) {
                $number = $pages - 1;
            }
        }

        return [
            'page' => $page,
            'pages' => $pages,
            'numbers' => $numbers,
            'text' => $words->get($total ? 'pages_text' : 'pages_none', [
                'from' => min($total, ($page - 1) * $limit + 1),
                'to' => min($total, $page * $limit),
                'total' => $total,
            ]),
        ];
    }
}

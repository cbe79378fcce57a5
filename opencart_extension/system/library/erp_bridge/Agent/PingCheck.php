<?php

namespace ErpBridge\Agent;

use ErpBridge\Problem;
use ErpBridge\Version;
use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The settings' test: can the agent be reached, is it the right one, does it read this very shop?
 */
final class PingCheck
{
    /** @var Client */
    private $client;

    /** @var Words */
    private $words;

    public function __construct(Client $client, Words $words)
    {
        $this->client = $client;
        $this->words = $words;
    }

    /**
     * Return what was found, each as ``level`` (ok, warning, error), ``message``, ``cause``, ``fix``.
     *
     * @param array{database: string, prefix: string, url: string} $shop
     * @param bool                                                 $eventsWhole
     *
     * @return array<int, array<string, string>>
     */
    public function findings(array $shop, bool $eventsWhole): array
    {
        $events = $eventsWhole ? $this->ok('events') : $this->bad('warning', 'events', []);

        try {
            $ping = $this->client->get('/v1/ping');
        } catch (Problem $problem) {
            return [self::finding('error', '', $problem->cause(), $problem->fix()), $events];
        }

        $findings = [$this->ok('reach'), $this->version($ping)];
        $there = isset($ping['shop']) && is_array($ping['shop']) ? $ping['shop'] : [];
        $findings[] = $this->database($there, $shop);
        $findings[] = $this->address($there, $shop);

        foreach (isset($ping['warnings']) && is_array($ping['warnings']) ? $ping['warnings'] : [] as $warning) {
            $findings[] = self::ofAgent($warning);
        }

        $findings[] = $events;

        return array_values(array_filter($findings));
    }

    /**
     * Return a finding of the agent in the form the templates show.
     *
     * @param mixed $finding
     *
     * @return array<string, string>
     */
    public static function ofAgent($finding): array
    {
        $text = function ($name) use ($finding) {
            return is_array($finding) && isset($finding[$name]) && is_scalar($finding[$name])
                ? (string)$finding[$name]
                : '';
        };
        $level = in_array($text('level'), ['ok', 'warning', 'error'], true) ? $text('level') : 'warning';

        return self::finding($level, $text('message'), $text('cause'), $text('fix'));
    }

    /**
     * @param array<string, mixed> $ping
     *
     * @return array<string, string>
     */
    private function version(array $ping): array
    {
        $version = isset($ping['version']) ? (string)$ping['version'] : '?';
        $values = ['agent' => $version, 'extension' => Version::NUMBER];

        return Version::fits($version) ? $this->ok('version', $values) : $this->bad('error', 'version', $values);
    }

    /**
     * @param array<string, mixed>  $there
     * @param array<string, string> $shop
     *
     * @return array<string, string>
     */
    private function database(array $there, array $shop): array
    {
        $database = isset($there['database']) ? (string)$there['database'] : '';
        $prefix = isset($there['prefix']) ? (string)$there['prefix'] : '';
        $values = [
            'agent' => $database . ' / ' . $prefix,
            'shop' => $shop['database'] . ' / ' . $shop['prefix'],
            'products' => isset($there['products']) ? (string)$there['products'] : '?',
        ];

        return $database === $shop['database'] && $prefix === $shop['prefix']
            ? $this->ok('database', $values)
            : $this->bad('error', 'database', $values);
    }

    /**
     * @param array<string, mixed>  $there
     * @param array<string, string> $shop
     *
     * @return array<string, string>|null null when the agent knows no address
     */
    private function address(array $there, array $shop): ?array
    {
        $url = isset($there['url']) ? (string)$there['url'] : '';

        if ($url === '' || $this->place($url) === $this->place($shop['url'])) {
            return null;
        }

        return $this->bad('warning', 'address', ['agent' => $url, 'shop' => $shop['url']]);
    }

    private function place(string $url): string
    {
        return rtrim((string)preg_replace('~^https?://(www\.)?~i', '', strtolower($url)), '/');
    }

    /**
     * @param array<string, string> $values
     *
     * @return array<string, string>
     */
    private function ok(string $name, array $values = []): array
    {
        return self::finding('ok', $this->words->get('check_' . $name . '_ok', $values), '', '');
    }

    /**
     * @param array<string, string> $values
     *
     * @return array<string, string>
     */
    private function bad(string $level, string $name, array $values): array
    {
        return self::finding(
            $level,
            '',
            $this->words->get('check_' . $name . '_cause', $values),
            $this->words->get('check_' . $name . '_fix', $values)
        );
    }

    /**
     * @return array<string, string>
     */
    private static function finding(string $level, string $message, string $cause, string $fix): array
    {
        return ['level' => $level, 'message' => $message, 'cause' => $cause, 'fix' => $fix];
    }
}

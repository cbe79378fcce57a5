<?php

namespace ErpBridge;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The extension's texts: English first, the admin's language over it, so that no text is ever missing.
 */
final class Words
{
    const FALLBACK = 'en-gb';

    /** @var array<string, string> */
    private $texts;

    /**
     * @param array<string, string> $texts
     */
    public function __construct(array $texts)
    {
        $this->texts = $texts;
    }

    /**
     * Read the texts of a language.
     *
     * @param string $pattern path of the language file with ``%s`` for the language's code
     * @param string $code    e.g. ``de-de``; unknown codes give English
     */
    public static function load(string $pattern, string $code): self
    {
        $texts = self::read(str_replace('%s', self::FALLBACK, $pattern));

        if ($code !== self::FALLBACK && preg_match('/^[A-Za-z0-9_-]+$/', $code)) {
            $texts = array_merge($texts, self::read(str_replace('%s', $code, $pattern)));
        }

        return new self($texts);
    }

    /**
     * Return these texts as they are said of one kind of ERP: those with the kind before their key
     * (``sap_b1.intro_carriers``) stand in for the others.
     */
    public function about(string $kind): self
    {
        return new self($this->starting($kind . '.') + $this->texts);
    }

    public function has(string $key): bool
    {
        return isset($this->texts[$key]);
    }

    /**
     * Return a text with ``{name}`` replaced by the value of that name; the key itself when unknown.
     *
     * @param array<string, string|int> $values
     */
    public function get(string $key, array $values = []): string
    {
        $text = isset($this->texts[$key]) ? $this->texts[$key] : $key;
        $pairs = [];

        foreach ($values as $name => $value) {
            $pairs['{' . $name . '}'] = (string)$value;
        }

        return $pairs ? strtr($text, $pairs) : $text;
    }

    /**
     * Return the text of $key, or $other where there is none.
     */
    public function orElse(string $key, string $other): string
    {
        return isset($this->texts[$key]) ? $this->texts[$key] : $other;
    }

    /**
     * @return array<string, string>
     */
    public function all(): array
    {
        return $this->texts;
    }

    /**
     * Return the texts whose key begins with $prefix, by the rest of the key.
     *
     * @return array<string, string>
     */
    public function starting(string $prefix): array
    {
        $found = [];

        foreach ($this->texts as $key => $text) {
            if (strncmp($key, $prefix, strlen($prefix)) === 0) {
                $found[substr($key, strlen($prefix))] = $text;
            }
        }

        return $found;
    }

    /**
     * @return array<string, string>
     */
    private static function read(string $file): array
    {
        $_ = [];

        if (is_file($file)) {
            require $file;
        }

        return $_;
    }
}

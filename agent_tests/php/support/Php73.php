<?php

namespace ErpBridgeTests;

/**
 * Finds syntax and functions that PHP 7.3 does not know, by the tokens of a newer PHP.
 *
 * It knows what a person is likely to write by habit; it is no full parser.
 */
final class Php73
{
    /** Functions that came after 7.3. */
    const FUNCTIONS = [
        'array_all', 'array_any', 'array_find', 'array_find_key', 'array_is_list', 'enum_exists', 'fdatasync', 'fdiv',
        'fsync', 'get_debug_type', 'get_mangled_object_vars', 'get_resource_id', 'ini_parse_quantity', 'json_validate',
        'mb_lcfirst', 'mb_ltrim', 'mb_rtrim', 'mb_str_pad', 'mb_str_split', 'mb_trim', 'mb_ucfirst', 'password_algos',
        'preg_last_error_msg', 'str_contains', 'str_decrement', 'str_ends_with', 'str_increment', 'str_starts_with',
    ];

    /** Classes and attributes that came after 7.3. */
    const CLASSES = ['Stringable', 'UnhandledMatchError', 'ValueError', 'WeakMap', 'WeakReference'];

    /** Types that came after 7.3, in signatures. */
    const TYPES = ['mixed', 'never', 'static', 'false', 'null', 'true'];

    /** @var array<int, array{0: int|string, 1: string, 2: int}> significant tokens: id, text, line */
    private $tokens = [];

    /** @var string[] */
    private $found = [];

    /**
     * Return what is too new in a source, each as ``line N: what``.
     *
     * @return string[]
     */
    public static function check(string $source): array
    {
        return (new self($source))->run();
    }

    private function __construct(string $source)
    {
        $line = 1;

        foreach (token_get_all($source) as $token) {
            $entry = is_array($token) ? [$token[0], $token[1], $token[2]] : [$token, $token, $line];
            $line = $entry[2] + substr_count($entry[1], "\n");

            if (!in_array($entry[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true)) {
                $this->tokens[] = $entry;
            }
        }
    }

    /**
     * @return string[]
     */
    private function run(): array
    {
        foreach (array_keys($this->tokens) as $at) {
            $this->keyword($at);
            $this->member($at);
            $this->name($at);
            $this->expression($at);

            if (in_array($this->id($at), [T_FUNCTION, T_USE, T_CATCH], true)) {
                $this->signature($at);
            }
        }

        return $this->found;
    }

    /**
     * @return int|string|null
     */
    private function id(int $at)
    {
        return isset($this->tokens[$at]) ? $this->tokens[$at][0] : null;
    }

    private function text(int $at): string
    {
        return isset($this->tokens[$at]) ? $this->tokens[$at][1] : '';
    }

    private function add(int $at, string $what): void
    {
        $this->found[] = 'line ' . $this->tokens[$at][2] . ': ' . $what;
    }

    private function keyword(int $at): void
    {
        $names = [
            'T_FN' => 'arrow function',
            'T_MATCH' => 'match',
            'T_ENUM' => 'enum',
            'T_READONLY' => 'readonly',
            'T_ATTRIBUTE' => 'attribute',
            'T_NULLSAFE_OBJECT_OPERATOR' => '?->',
            'T_COALESCE_EQUAL' => '??=',
        ];

        $isName = in_array($this->id($at - 1), [T_FUNCTION, T_DOUBLE_COLON, T_OBJECT_OPERATOR], true);

        foreach ($names as $constant => $name) {
            if (!$isName && defined($constant) && $this->id($at) === constant($constant)) {
                $this->add($at, $name);
            }
        }

        if (in_array($this->id($at), [T_LNUMBER, T_DNUMBER], true) && strpos($this->text($at), '_') !== false) {
            $this->add($at, 'number with _');
        }
    }

    /**
     * Typed properties and constants, promoted parameters.
     */
    private function member(int $at): void
    {
        if (in_array($this->id($at), [T_PUBLIC, T_PROTECTED, T_PRIVATE, T_VAR], true)) {
            $plain = [T_FUNCTION, T_CONST, T_STATIC, T_ABSTRACT, T_FINAL, T_VARIABLE];
            $next = $this->id($at + 1) === T_STATIC && $this->id($at + 2) !== T_VARIABLE
                && $this->id($at + 2) !== T_FUNCTION ? $at + 2 : $at + 1;

            if (!in_array($this->id($next), $plain, true)) {
                $this->add($at, 'typed property');
            }

            if (in_array($this->text($at - 1), ['(', ','], true)) {
                $this->add($at, 'promoted parameter');
            }
        }

        if ($this->id($at) === T_CONST && $this->id($at + 1) === T_STRING && $this->id($at + 2) === T_STRING) {
            $this->add($at, 'typed constant');
        }
    }

    /**
     * Functions and classes, named arguments.
     */
    private function name(int $at): void
    {
        if ($this->id($at) === T_VARIABLE && $this->text($at + 1) === '::' && $this->id($at + 2) === T_CLASS) {
            $this->add($at, '::class of an object');
        }

        $names = [T_STRING];

        foreach (['T_NAME_FULLY_QUALIFIED', 'T_NAME_QUALIFIED'] as $constant) {
            if (defined($constant)) {
                $names[] = constant($constant);
            }
        }

        if (!in_array($this->id($at), $names, true)) {
            return;
        }

        $name = ltrim($this->text($at), '\\');
        $before = $this->id($at - 1);

        if (in_array($name, self::CLASSES, true)) {
            $this->add($at, 'class ' . $name);
        }

        if (
            $this->text($at + 1) === '('
            && !in_array($before, [T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW], true)
            && in_array(strtolower($name), self::FUNCTIONS, true)
        ) {
            $this->add($at, 'function ' . $name . '()');
        }

        if ($this->text($at + 1) === ':' && in_array($this->text($at - 1), ['(', ','], true)) {
            $this->add($at, 'named argument');
        }
    }

    private function expression(int $at): void
    {
        if ($this->id($at) === T_THROW) {
            $starts = [';', '{', '}', ')', ':'];

            if (
                !in_array($this->text($at - 1), $starts, true)
                && !in_array($this->id($at - 1), [T_OPEN_TAG, T_ELSE, T_DO], true)
            ) {
                $this->add($at, 'throw inside an expression');
            }
        }

        if ($this->id($at) === T_ELLIPSIS) {
            if ($this->text($at - 1) === '(' && $this->text($at + 1) === ')') {
                $this->add($at, 'first-class callable');
            } elseif ($this->opener($at) === '[') {
                $this->add($at, 'spread in an array');
            }
        }
    }

    /**
     * Return the bracket that encloses a token.
     */
    private function opener(int $at): string
    {
        $depth = 0;

        for ($place = $at - 1; $place >= 0; $place--) {
            if (in_array($this->text($place), [')', ']', '}'], true)) {
                $depth++;
            } elseif (in_array($this->text($place), ['(', '[', '{'], true)) {
                if ($depth === 0) {
                    return $this->text($place);
                }

                $depth--;
            }
        }

        return '';
    }

    /**
     * Union and new types, trailing commas in declarations, catch without a variable.
     */
    private function signature(int $at): void
    {
        $open = $at + 1;

        while ($open <= $at + 3 && $this->text($open) !== '(') {
            $open++;
        }

        if ($this->text($open) !== '(') {
            return;
        }

        $isCatch = $this->id($at) === T_CATCH;
        $close = $this->parameters($open, !$isCatch);

        if ($this->text($close - 1) === ',') {
            $this->add($close, 'trailing comma in a declaration');
        }

        if ($isCatch) {
            if ($this->id($close - 1) !== T_VARIABLE) {
                $this->add($at, 'catch without a variable');
            }
        } elseif ($this->text($close + 1) === ':') {
            for ($place = $close + 2; !in_array($this->text($place), ['{', ';', ''], true); $place++) {
                $this->type($place);
            }
        }
    }

    /**
     * Look at the types of parameters; return where the bracket closes.
     */
    private function parameters(int $open, bool $hasTypes): int
    {
        $depth = 0;
        $inDefault = false;

        for ($place = $open; $this->id($place) !== null; $place++) {
            $text = $this->text($place);

            if (in_array($text, ['(', '['], true)) {
                $depth++;
            } elseif (in_array($text, [')', ']'], true)) {
                $depth--;

                if ($depth === 0) {
                    return $place;
                }
            } elseif ($depth === 1 && $text === '=') {
                $inDefault = true;
            } elseif ($depth === 1 && $text === ',') {
                $inDefault = false;
            } elseif ($hasTypes && !$inDefault) {
                $this->type($place);
            }
        }

        return $place;
    }

    private function type(int $at): void
    {
        if ($this->text($at) === '|') {
            $this->add($at, 'union type');
        } elseif (in_array(strtolower($this->text($at)), self::TYPES, true)) {
            $this->add($at, 'type ' . $this->text($at));
        }
    }
}

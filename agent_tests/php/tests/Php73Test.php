<?php

namespace ErpBridgeTests;

use PHPUnit\Framework\TestCase;

final class Php73Test extends TestCase
{
    /**
     * @return array<int, array{0: string, 1: string}>
     */
    public function tooNew(): array
    {
        return [
            ['class A { private int $x; }', 'typed property'],
            ['class A { public static ?array $x = []; }', 'typed property'],
            ['class A { public function __construct(private $x) {} }', 'promoted parameter'],
            ['class A { const string X = "a"; }', 'typed constant'],
            ['$f = fn ($x) => $x;', 'arrow function'],
            ['$a ??= 1;', '??='],
            ['$a = match ($b) { 1 => 2 };', 'match'],
            ['$a = $b?->c;', '?->'],
            ['f(name: 1);', 'named argument'],
            ['f(1, name: 2);', 'named argument'],
            ['#[Attr] class A {}', 'attribute'],
            ['enum A { case B; }', 'enum'],
            ['class A { public readonly int $x; }', 'readonly'],
            ['function f(int|string $a) {}', 'union type'],
            ['function f($a): int|false {}', 'union type'],
            ['function f(mixed $a) {}', 'type mixed'],
            ['function f(): static {}', 'type static'],
            ['if (str_contains($a, $b)) {}', 'function str_contains()'],
            ['if (\str_starts_with($a, $b)) {}', 'function \str_starts_with()'],
            ['try { f(); } catch (E) {}', 'catch without a variable'],
            ['function f($a, $b,) {}', 'trailing comma in a declaration'],
            ['$f = function () use ($a,) {};', 'trailing comma in a declaration'],
            ['$a = [...$b, 1];', 'spread in an array'],
            ['$a = f(...);', 'first-class callable'],
            ['$a = 1_000;', 'number with _'],
            ['$a = $b ?? throw new E();', 'throw inside an expression'],
            ['$a = $b::class;', '::class of an object'],
            ['$a = new WeakMap();', 'class WeakMap'],
        ];
    }

    /**
     * @dataProvider tooNew
     */
    public function testFindsWhatIsTooNew(string $source, string $what): void
    {
        $found = implode("\n", Php73::check("<?php\n\n" . $source));
        self::assertStringContainsString('line 3: ' . ltrim(str_replace('\\', '', $what)), str_replace('\\', '', $found));
    }

    public function testKnowsWhatIsOld(): void
    {
        $old = <<<'PHP'
            <?php
            namespace A;
            use B\{C, D};
            abstract class E {
                const X = 1;
                private static $a = [1, 2,];
                protected $b;
                abstract public function f(?int $x = null, array &$y = [1 | 2], string ...$z): ?self;
                public static function match($a) { return self::match($a)->match; }
                final private function g() { return $this->a ? B : C; }
            }
            function h(callable $a): void {
                switch ($a) { case X: throw new \Exception('x'); default: throw new \Exception('y'); }
            }
            try { h(1, 2,); h(...$a); } catch (A | B $e) { throw $e; } finally { $x = $a ?: ['b' => true ? D : E]; }
            $f = function ($a) use (&$b) { if ($a) throw new \Exception(); };
            $x = $object->str_contains('a'); $y = Z::class; $z = $a <=> $b;
            list('a' => $b, 'c' => list($d)) = $e;
            PHP;
        self::assertSame([], Php73::check($old));
    }

    public function testTheExtensionRunsOnPhp73(): void
    {
        $walk = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(EXTENSION));
        $checked = 0;

        foreach ($walk as $file) {
            if ($file->getExtension() === 'php') {
                self::assertSame([], Php73::check((string)file_get_contents($file->getPathname())), $file->getPathname());
                $checked++;
            }
        }

        self::assertGreaterThan(50, $checked);
    }

    public function testEveryFileIsGuardedAgainstDirectCalls(): void
    {
        $walk = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(EXTENSION));

        foreach ($walk as $file) {
            if ($file->getExtension() === 'php') {
                $output = [];
                exec(escapeshellarg(PHP_BINARY) . ' ' . escapeshellarg($file->getPathname()) . ' 2>&1', $output, $status);
                self::assertSame([0, []], [$status, $output], $file->getPathname() . ' shows something');
            }
        }
    }
}

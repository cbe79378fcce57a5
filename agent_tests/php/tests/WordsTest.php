<?php

namespace ErpBridgeTests;

use ErpBridge\Words;
use PHPUnit\Framework\TestCase;

final class WordsTest extends TestCase
{
    public function testFallsBackToEnglish(): void
    {
        $folder = sys_get_temp_dir() . '/erp-bridge-words-' . bin2hex(random_bytes(4));
        mkdir($folder . '/en-gb', 0700, true);
        mkdir($folder . '/xx-yy');
        file_put_contents($folder . '/en-gb/w.php', "<?php \$_['a'] = 'A {n}'; \$_['b'] = 'B';");
        file_put_contents($folder . '/xx-yy/w.php', "<?php \$_['a'] = 'Ä {n}';");

        try {
            $words = Words::load($folder . '/%s/w.php', 'xx-yy');
            self::assertSame('Ä 5', $words->get('a', ['n' => 5]));
            self::assertSame('B', $words->get('b'));
            self::assertSame('c', $words->get('c'));
            self::assertSame('A {n}', Words::load($folder . '/%s/w.php', '../xx-yy')->get('a'));
            self::assertSame('A {n}', Words::load($folder . '/%s/w.php', 'zz-zz')->get('a'));
        } finally {
            array_map('unlink', [$folder . '/en-gb/w.php', $folder . '/xx-yy/w.php']);
            array_map('rmdir', [$folder . '/en-gb', $folder . '/xx-yy', $folder]);
        }
    }

    public function testEveryTextThatIsAskedForExists(): void
    {
        $words = Text::words();
        $asked = [];

        foreach (self::files('/system', 'php') as $file) {
            preg_match_all("/words(?:\(\))?->get\('([a-z0-9_]+)'[,)]/", (string)file_get_contents($file), $found);
            $asked = array_merge($asked, $found[1]);
        }

        foreach (self::files('/admin/view/template', 'twig') as $file) {
            preg_match_all('/\bt\.([a-z0-9_]+)/', (string)file_get_contents($file), $found);
            $asked = array_merge($asked, $found[1]);
        }

        foreach (self::files('/admin/view/javascript', 'js') as $file) {
            preg_match_all("/[^a-z]word\('([a-z0-9_]+)'/i", (string)file_get_contents($file), $found);
            $asked = array_merge($asked, array_map(function ($name) {
                return 'js_' . $name;
            }, $found[1]));
        }

        $asked = array_filter(array_unique($asked), function ($name) {
            return substr($name, -1) !== '_';
        });
        self::assertGreaterThan(150, count($asked));
        self::assertSame([], array_values(array_filter($asked, function ($name) use ($words) {
            return !$words->has($name);
        })));
    }

    public function testEveryTextThatIsPutTogetherExists(): void
    {
        $words = Text::words();

        foreach (\ErpBridge\Screens::NAMES as $screen) {
            self::assertTrue($words->has('menu_' . $screen) && $words->has('heading_' . $screen), $screen);
        }

        foreach (\ErpBridge\Screens::MAPPINGS as $mapping) {
            self::assertTrue($mapping['job'] === '' || $words->has('entity_' . $mapping['job']));

            foreach (array_keys($mapping['tabs']) as $tab) {
                $name = str_replace('-', '_', $tab);
                self::assertTrue($words->has('one_' . $name), $tab);
                self::assertTrue(count($mapping['tabs']) === 1 || $words->has('tab_' . $name), $tab);
            }
        }

        foreach (\ErpBridge\View\JobView::COUNTS as $count) {
            self::assertTrue($words->has('count_' . $count));
        }

        foreach (\ErpBridge\Screen\MappingScreen::SORTS as $column) {
            self::assertTrue($words->has('column_' . $column));
        }

        foreach (['tax_rates', 'currencies', 'carriers', 'payment_methods', 'waiting'] as $screen) {
            self::assertTrue($words->has('intro_' . $screen), $screen);
        }

        foreach (['quotation', 'confirmed', 'cancelled'] as $state) {
            self::assertTrue($words->has('order_state_' . $state));
        }

        foreach (['failed', 'held', 'warning', 'planned'] as $outcome) {
            self::assertTrue($words->has('js_records_' . $outcome));
        }
    }

    public function testEveryProblemHasCauseAndFix(): void
    {
        $texts = Text::words()->all();

        foreach (array_keys($texts) as $key) {
            if (preg_match('/^((?:problem|check)_.+)_cause$/', $key, $parts)) {
                self::assertArrayHasKey($parts[1] . '_fix', $texts);
            }
        }
    }

    public function testWordsOfOneKindOfErpStandInForTheOthers(): void
    {
        $words = Text::words();
        $about = $words->about('sap_b1');
        self::assertNotSame($words->get('intro_carriers'), $about->get('intro_carriers'));
        self::assertSame($words->get('button_save'), $about->get('button_save'));
        self::assertSame($words->get('intro_carriers'), $words->about('odoo')->get('intro_carriers'));
        self::assertSame($words->get('intro_carriers'), $words->about('')->get('intro_carriers'));
        self::assertArrayHasKey('prepare_text', $about->starting('js_'));
    }

    /**
     * A text about one kind has to stand in for another, or be the introduction of a screen.
     */
    public function testNoTextOfOneKindOfErpIsForNothing(): void
    {
        foreach (['en-gb', 'de-de'] as $code) {
            $words = Text::words($code);

            foreach (array_keys($words->starting('sap_b1.')) as $key) {
                $isIntro = in_array(substr($key, 6), \ErpBridge\Screens::NAMES, true) && strpos($key, 'intro_') === 0;
                self::assertTrue($words->has($key) || $isIntro, $key);
            }

            foreach ($words->all() as $key => $text) {
                $isAboutOne = strpos($key, 'sap_b1.') === 0;
                self::assertFalse(!$isAboutOne && preg_match('/odoo|sap\b/i', $text) === 1, $key . ': ' . $text);
            }
        }
    }

    public function testTranslationsAreWhole(): void
    {
        $english = Text::words()->all();

        foreach ((array)glob(EXTENSION . '/admin/language/*', GLOB_ONLYDIR) as $folder) {
            $_ = [];
            require $folder . '/erp_bridge.php';
            self::assertSame([], array_diff(array_keys($english), array_keys($_)), $folder);
            self::assertSame([], array_diff(array_keys($_), array_keys($english)), $folder);

            foreach ($_ as $key => $text) {
                preg_match_all('/\{[a-z]+\}/', $english[$key], $wanted);
                preg_match_all('/\{[a-z]+\}/', $text, $given);
                self::assertEqualsCanonicalizing($wanted[0], $given[0], $folder . ' ' . $key);
            }
        }
    }

    /**
     * @return string[]
     */
    private static function files(string $folder, string $extension): array
    {
        $files = [];
        $walk = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(EXTENSION . $folder));

        foreach ($walk as $file) {
            if ($file->getExtension() === $extension) {
                $files[] = $file->getPathname();
            }
        }

        return $files;
    }
}

<?php

namespace ErpBridgeTests;

use ErpBridge\View\Difference;
use PHPUnit\Framework\TestCase;

final class DifferenceTest extends TestCase
{
    public function testShortTextsAreShownWhole(): void
    {
        $pieces = Difference::between('A red chair', 'A reddish chair');
        self::assertSame(['before' => 'A ', 'differs' => 'red', 'after' => ' chair', 'cut' => false], $pieces['shop']);
        self::assertSame('reddish', $pieces['erp']['differs']);
        $pieces = Difference::between(str_repeat('日', 20) . '本', str_repeat('日', 20) . '木');
        self::assertSame(['本', '木'], [$pieces['shop']['differs'], $pieces['erp']['differs']]);
    }

    public function testWhatDiffersInALongTextStaysVisible(): void
    {
        $start = str_repeat('before ', 2000);
        $end = str_repeat(' after', 2000);
        $pieces = Difference::between($start . '1,600' . $end, $start . '1,440' . $end);
        self::assertSame('1,600', $pieces['shop']['differs']);
        self::assertSame('1,440', $pieces['erp']['differs']);
        self::assertTrue($pieces['erp']['cut']);
        self::assertSame('…', substr($pieces['erp']['before'], 0, 3));
        self::assertSame('before ', substr($pieces['erp']['before'], -7));
        self::assertStringStartsWith(' after after', $pieces['erp']['after']);
        self::assertLessThan(60, strlen($pieces['erp']['after']));
    }

    public function testALongDifferenceIsShortened(): void
    {
        $pieces = Difference::between('x', str_repeat('é', 5000));
        self::assertSame(str_repeat('é', 200) . '…', $pieces['erp']['differs']);
        self::assertTrue($pieces['erp']['cut']);
        self::assertFalse($pieces['shop']['cut']);
    }

    /**
     * @dataProvider pairs
     */
    public function testPiecesOfShortTextsMakeTheTextAndWholeCharacters(string $shop, string $erp): void
    {
        foreach (['shop' => $shop, 'erp' => $erp] as $side => $text) {
            $piece = Difference::between($shop, $erp)[$side];
            self::assertSame($text, $piece['before'] . $piece['differs'] . $piece['after']);

            foreach (['before', 'differs', 'after'] as $part) {
                self::assertSame(1, preg_match('//u', $piece[$part]), $side . ' ' . $part);
            }
        }
    }

    /**
     * @return array<int, array{0: string, 1: string}>
     */
    public static function pairs(): array
    {
        return [
            ['', ''],
            ['', 'new'],
            ['same', 'same'],
            ['aa', 'aaa'],
            ['é', 'è'],
            ['日本', '日木'],
            ['x€', 'x₭y'],
            ['naïve', 'naive'],
            ['🙂🙃', '🙃🙂'],
        ];
    }

    public function testTextsThatAreNoUtf8DoNotBreakIt(): void
    {
        $pieces = Difference::between(str_repeat("\xff", 500), str_repeat("\xff", 499) . 'a');
        self::assertSame('a', substr($pieces['erp']['differs'], -1));
    }
}

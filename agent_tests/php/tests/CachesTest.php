<?php

namespace ErpBridgeTests;

use ErpBridge\OpenCart\ApiRefusal;
use ErpBridge\OpenCart\Caches;
use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use PHPUnit\Framework\TestCase;

/**
 * What the agent may have dropped; that OpenCart then forgets it is tried on real shops.
 */
final class CachesTest extends TestCase
{
    /** @var object */
    private $cache;

    /** @var Caches */
    private $caches;

    protected function setUp(): void
    {
        $this->cache = new class {
            /** @var string[] */
            public $deleted = [];

            public function delete(string $key): void
            {
                $this->deleted[] = $key;
            }
        };
        $this->caches = new Caches(new Shop(new Registry(['cache' => $this->cache]), new Platform('3.0.5.1')));
    }

    public function testEachKindIsDroppedOnce(): void
    {
        self::assertSame(['dropped' => 2], $this->caches->drop(['kinds' => ['product', 'category', 'product']]));
        self::assertSame(['product', 'category'], $this->cache->deleted);
    }

    /**
     * @dataProvider wrong
     *
     * @param array<string, mixed> $asked
     */
    public function testNothingElseIsDropped(array $asked): void
    {
        try {
            $this->caches->drop($asked);
            self::fail('it was dropped');
        } catch (ApiRefusal $refusal) {
            self::assertSame(422, $refusal->status());
            self::assertSame('shop.request_wrong', $refusal->toPlain()['error']['code']);
        }

        self::assertSame([], $this->cache->deleted);
    }

    /**
     * @return array<int, array<int, array<string, mixed>>>
     */
    public static function wrong(): array
    {
        return [[[]], [['kinds' => []]], [['kinds' => '*']], [['kinds' => ['product', '*']]], [['kinds' => [['x']]]]];
    }

    public function testAShopWithoutACacheHasNothingToDrop(): void
    {
        $caches = new Caches(new Shop(new Registry(), new Platform('4.1.0.4')));
        self::assertSame(['dropped' => 0], $caches->drop(['kinds' => ['product']]));
    }
}

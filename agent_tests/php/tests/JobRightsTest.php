<?php

namespace ErpBridgeTests;

/**
 * A job is followed and changed only by users who have the right for its kind of records, whichever screen they ask.
 */
final class JobRightsTest extends ScreenTestCase
{
    /**
     * Leave the user these screens, each with the rights named.
     *
     * @param array<string, string[]> $screens rights by screen
     */
    private function allowOnly(array $screens): void
    {
        $given = ['access' => [], 'modify' => []];

        foreach ($screens as $screen => $rights) {
            foreach ($rights as $right) {
                $given[$right][] = $this->platform->screenRoute($screen);
            }
        }

        $this->registry->get('user')->permission = $given;
    }

    private function start(string $screen, string $direction = 'to-erp'): int
    {
        return $this->post($screen, 'start', ['mode' => 'all', 'direction' => $direction])['job']['id'];
    }

    /**
     * @return string the code of the problem, '' for none
     */
    private function refusal(string $screen, string $method, int $job): string
    {
        if ($method === 'records') {
            $html = $this->get($screen, $method, ['job' => $job, 'outcome' => 'failed']);

            return strpos($html, '[extension/erp_bridge/problem ') === 0 ? $this->shown($html)['problem']['code'] : '';
        }

        $answer = $method === 'progress'
            ? json_decode($this->get($screen, $method, ['job' => $job]), true)
            : $this->post($screen, $method, ['job' => (string)$job]);

        return isset($answer['problem']) ? $answer['problem']['code'] : '';
    }

    public function testAnotherScreensRightOpensNoJob(): void
    {
        $job = $this->start('customers');
        $both = ['access', 'modify'];
        $this->allowOnly(['categories' => $both, 'conflicts' => $both]);

        foreach (['categories', 'conflicts'] as $screen) {
            foreach (['progress', 'records', 'cancel', 'retry'] as $method) {
                self::assertSame('shop.permission', $this->refusal($screen, $method, $job), $screen . '.' . $method);
            }
        }

        $this->allowOnly(['categories' => $both, 'customers' => ['access']]);
        self::assertSame('', $this->refusal('categories', 'records', $job));
        self::assertSame('', $this->refusal('categories', 'progress', $job));
        self::assertSame('shop.permission', $this->refusal('categories', 'cancel', $job), 'reading is not changing');
        $progress = json_decode($this->get('categories', 'progress', ['job' => $job]), true);
        self::assertFalse($progress['job']['may_modify']);

        $this->allowOnly(['jobs' => $both]);
        self::assertSame('', $this->refusal('jobs', 'records', $job));
        self::assertSame('', $this->refusal('jobs', 'cancel', $job));
    }

    public function testStockFromTheProductsListIsFollowedThereByWhoMay(): void
    {
        $job = $this->start('stock', 'to-store');
        $this->allowOnly(['products' => ['access', 'modify'], 'stock' => ['access', 'modify']]);
        self::assertSame('', $this->refusal('products', 'progress', $job));
        self::assertSame('', $this->refusal('products', 'records', $job));
        $progress = json_decode($this->get('products', 'progress', ['job' => $job]), true);
        self::assertTrue($progress['job']['may_modify']);
        self::assertSame('', $this->refusal('products', 'cancel', $job));
        $this->allowOnly(['products' => ['access', 'modify']]);
        self::assertSame('shop.permission', $this->refusal('products', 'records', $job));
    }

    public function testConflictsAreFollowedByWhoSeesThem(): void
    {
        $job = $this->start('products');
        $this->allowOnly(['conflicts' => ['access', 'modify']]);
        self::assertSame('', $this->refusal('conflicts', 'progress', $job));
        self::assertSame('shop.permission', $this->refusal('conflicts', 'cancel', $job));
    }
}

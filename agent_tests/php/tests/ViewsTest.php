<?php

namespace ErpBridgeTests;

use ErpBridge\View\Clock;
use ErpBridge\View\ConnectionForm;
use ErpBridge\View\JobView;
use ErpBridge\View\MappingView;
use ErpBridge\View\Pager;
use ErpBridge\View\RecordView;
use PHPUnit\Framework\TestCase;

final class ViewsTest extends TestCase
{
    private static function clock(): Clock
    {
        return new Clock('Europe/Berlin', 'd.m.Y H:i');
    }

    /**
     * @param array<string, mixed> $changes
     *
     * @return array<string, mixed>
     */
    private static function job(array $changes = []): array
    {
        $job = $changes + [
            'id' => 7, 'connection' => 1, 'entity' => 'products', 'dry_run' => false, 'state' => 'running', 'total' => 200,
            'counts' => ['read' => 50, 'unchanged' => 40, 'created' => 8, 'updated' => 2], 'stage' => 'categories',
            'error' => null, 'created_at' => '2024-07-01T10:00:00+00:00', 'started_at' => '2024-07-01T10:00:00+00:00',
            'finished_at' => null, 'requested_by' => 'admin', 'origin' => 'admin',
        ];

        return (new JobView(Text::words(), self::clock(), [1 => 'Odoo main']))->data($job);
    }

    public function testWritesTimesOfTheShop(): void
    {
        self::assertSame('01.07.2024 12:00', self::clock()->text('2024-07-01T10:00:00+00:00'));
        self::assertSame('01.01.2024 11:00', self::clock()->text('2024-01-01T10:00:00Z'));
        self::assertSame('01.07.2024 12:00', self::clock()->text('2024-07-01T10:00:00'));
        self::assertSame('', self::clock()->text(null));
        self::assertSame('', self::clock()->text('never'));
        self::assertSame('UTC', (new Clock('Mars/Olympus', 'c'))->zone());
    }

    public function testShowsARunningJob(): void
    {
        $job = self::job();
        self::assertSame('Products', $job['title']);
        self::assertSame(25, $job['percent']);
        self::assertSame('50 of 200 looked at', $job['progress_text']);
        self::assertSame('now: Categories', $job['stage']);
        self::assertSame('01.07.2024 12:00', $job['created']);
        self::assertSame('Odoo main', $job['connection']);
        self::assertTrue($job['running']);
        self::assertTrue($job['can_cancel']);
        self::assertFalse($job['can_retry']);
        $names = ['read', 'unchanged', 'created', 'updated', 'archived', 'failed', 'held', 'warning'];
        self::assertSame($names, array_column($job['counts'], 'name'));
    }

    public function testABarIsFullOnlyWhenAllIsDone(): void
    {
        self::assertNull(self::job(['total' => null])['percent'], 'unknown yet');
        self::assertSame(99, self::job(['counts' => ['read' => 200]])['percent']);
        self::assertSame(99, self::job(['counts' => ['read' => 500]])['percent'], 'more than was thought');
        self::assertSame(100, self::job(['state' => 'done', 'total' => 0])['percent']);
        self::assertSame(25, self::job(['state' => 'cancelled'])['percent']);
    }

    public function testAJobWithFailuresIsNotGreen(): void
    {
        $job = self::job(['state' => 'done', 'counts' => ['read' => 3, 'failed' => 1],
            'finished_at' => '2024-07-01T11:02:03+00:00']);
        self::assertSame('Done with problems', str_replace(',', '', $job['state_label']));
        self::assertSame('wait', $job['tone']);
        self::assertTrue($job['can_retry']);
        self::assertFalse($job['can_cancel']);
        self::assertSame('1 h 2 min', $job['duration']);
        self::assertSame('good', self::job(['state' => 'done'])['tone']);
    }

    public function testAPreviewSaysWould(): void
    {
        $job = self::job(['dry_run' => true, 'state' => 'done', 'counts' => ['created' => 2, 'failed' => 1]]);
        self::assertSame('Preview of Products', $job['title']);
        self::assertContains('would be created', array_column($job['counts'], 'label'));
        self::assertFalse($job['can_retry'], 'a preview wrote nothing that could be repeated');
    }

    public function testUnknownAnswersDoNotBreakTheScreen(): void
    {
        $job = (new JobView(Text::words(), self::clock()))->data(['id' => 'x', 'counts' => 'y', 'error' => 'z',
            'state' => 'paused', 'entity' => 'stardust', 'connection' => 9]);
        self::assertSame('stardust', $job['title']);
        self::assertSame('paused', $job['state_label']);
        self::assertSame('#9', $job['connection']);
        self::assertNull($job['error']);
        $row = (new MappingView(Text::words(), self::clock()))->row(null, '');
        self::assertSame('(no name)', $row['label']);
        $row = (new RecordView(Text::words()))->row(['detail' => ['fields' => ['a' => 5]]]);
        self::assertSame([['name' => 'a', 'old' => '–', 'new' => '5']], $row['changes']);
    }

    public function testShowsAMapping(): void
    {
        $row = (new MappingView(Text::words(), self::clock()))->row([
            'store_key' => '42', 'label' => 'Apple', 'erp_id' => '7', 'state' => 'linked', 'origin' => 'manual',
            'synced_at' => '2024-07-01T10:00:00+00:00', 'code' => '', 'cause' => '', 'fix' => '',
            'erp_url' => 'https://odoo.example/odoo/products/7',
        ], '/edit');
        self::assertSame('Synchronized', $row['state_label']);
        self::assertSame('linked by hand', $row['origin']);
        self::assertSame('01.07.2024 12:00', $row['synced']);
        self::assertTrue($row['linked']);
    }

    public function testTellsAccountsAndCardsAsPeopleSayThem(): void
    {
        $view = new MappingView(Text::words(), self::clock());
        $shown = function (string $id, string $entity) use ($view): string {
            return $view->row(['erp_id' => $id], '', $entity)['erp_id'];
        };
        self::assertSame('161000, bank transfer', $shown('transfer:161000', 'payment-methods'));
        self::assertSame('Credit card 2', $shown('card:2', 'payment-methods'));
        self::assertSame('Freight 4', $shown('freight:4', 'tax-rates'));
        self::assertSame('card:2', $shown('card:2', 'products'), 'an item may be called so');
        self::assertSame('7', $shown('7', 'payment-methods'));
    }

    public function testLinksOnlyToWebAddresses(): void
    {
        $row = (new MappingView(Text::words(), self::clock()))->row(['erp_url' => 'javascript:alert(1)'], '');
        self::assertSame('', $row['erp_url']);
    }

    public function testEveryStateHasAName(): void
    {
        foreach ((new MappingView(Text::words(), self::clock()))->stateOptions() as $option) {
            self::assertNotSame('mapping_' . $option['value'], $option['label']);
        }
    }

    public function testShowsWhatAPreviewWouldChange(): void
    {
        $row = (new RecordView(Text::words()))->row([
            'entity' => 'attribute-values', 'store_key' => 'option_value_3', 'label' => 'Red', 'outcome' => 'planned',
            'detail' => ['action' => 'update', 'fields' => [
                'name' => ['Rouge', 'Red'], 'active' => [true, false], 'tags' => [null, ['a', 'é']],
                'text' => ['', str_repeat('é', 500)],
                'title' => [null, ['en-gb' => 'Chair', 'de-de' => null]], 'lines' => [null, [['id' => 1]]],
            ]],
        ]);
        self::assertSame('Value', $row['entity']);
        self::assertSame('Updated', $row['action']);
        self::assertSame(['name' => 'name', 'old' => 'Rouge', 'new' => 'Red'], $row['changes'][0]);
        self::assertSame(['Yes', 'No'], [$row['changes'][1]['old'], $row['changes'][1]['new']]);
        self::assertSame('a, é', $row['changes'][2]['new']);
        self::assertSame(str_repeat('é', 160) . '…', $row['changes'][3]['new']);
        self::assertSame('en-gb: Chair · de-de: –', $row['changes'][4]['new']);
        self::assertSame('[{"id":1}]', $row['changes'][5]['new']);
    }

    public function testPages(): void
    {
        $pager = function (int $total, int $page) {
            return Pager::data(['total' => $total, 'page' => $page, 'limit' => 20], Text::words());
        };
        self::assertSame([1], $pager(0, 1)['numbers']);
        self::assertSame('No rows', $pager(0, 1)['text']);
        self::assertSame([1, 2, 3], $pager(45, 2)['numbers']);
        self::assertSame('21 to 40 of 45', $pager(45, 2)['text']);
        self::assertSame('41 to 45 of 45', $pager(45, 3)['text']);
        self::assertSame([1, 0, 8, 9, 10, 11, 12, 0, 2500], $pager(50000, 10)['numbers']);
        self::assertSame([1, 0, 2498, 2499, 2500], $pager(50000, 2500)['numbers']);
        self::assertSame([1, 2, 3, 0, 2500], $pager(50000, 1)['numbers']);
    }

    /**
     * @return array<int, array<string, mixed>>
     */
    private static function kinds(): array
    {
        return [
            ['kind' => 'odoo', 'label' => 'Odoo', 'fields' => [
                ['name' => 'url', 'label' => 'URL', 'type' => 'url', 'required' => true, 'default' => '', 'options' => []],
                ['name' => 'secret', 'label' => 'Key', 'type' => 'password', 'required' => true, 'options' => []],
                ['name' => 'company', 'label' => 'Company', 'type' => 'select', 'choices' => true, 'options' => []],
                ['name' => 'images', 'label' => 'Images', 'type' => 'boolean', 'default' => 'true', 'options' => []],
                ['name' => 'new', 'label' => 'New', 'type' => 'hologram', 'default' => 'x', 'options' => []],
                ['name' => 'limit', 'label' => 'Limit', 'type' => 'number', 'group' => 'Orders & more'],
                ['name' => 'team', 'label' => 'Team', 'type' => 'select', 'choices' => true, 'group' => 'Orders & more'],
            ]],
            ['kind' => 'sap_b1', 'label' => 'SAP Business One', 'fields' => []],
        ];
    }

    public function testAsksForWhatTheKindOfErpNeeds(): void
    {
        $form = (new ConnectionForm(self::kinds(), [], ''))->data();
        self::assertTrue($form['is_new']);
        self::assertSame('odoo', $form['kind']);
        self::assertSame(['Connection', 'Orders & more'], array_column($form['groups'], 'name'));
        self::assertSame('orders_more', $form['groups'][1]['slug']);
        self::assertSame(['settings[team]', 'settings[limit]'], array_column($form['groups'][1]['fields'], 'name'));
        self::assertSame([], $form['groups'][1]['more'], 'only the first group puts fields aside');
        $form = $form['groups'][0];
        self::assertSame(['settings[url]', 'secret', 'settings[company]'], array_column($form['fields'], 'name'));
        self::assertSame(['settings[images]', 'settings[new]'], array_column($form['more'], 'name'));
        self::assertSame(['settings.url', 'secret'], array_slice(array_column($form['fields'], 'error'), 0, 2));
        self::assertSame([false, false, true], array_column($form['fields'], 'choices'));
        self::assertSame('true', $form['more'][0]['value']);
        self::assertSame('text', $form['more'][1]['type'], 'a type of tomorrow is a text');
        self::assertSame('sap_b1', (new ConnectionForm(self::kinds(), [], 'sap_b1'))->data()['kind']);
        self::assertSame('odoo', (new ConnectionForm(self::kinds(), [], 'unknown'))->data()['kind']);
        self::assertSame('', (new ConnectionForm([], [], ''))->data()['kind']);
    }

    public function testNeverShowsASecret(): void
    {
        $item = ['id' => 3, 'name' => 'N', 'kind' => 'odoo', 'has_secret' => true,
            'settings' => ['url' => 'https://o', 'secret' => 'leaked', 'images' => false]];
        $form = (new ConnectionForm(self::kinds(), $item, ''))->data();
        self::assertStringNotContainsString('leaked', (string)json_encode($form));
        $form = $form['groups'][0];
        self::assertTrue($form['fields'][1]['stored']);
        self::assertFalse($form['fields'][1]['required'], 'an empty field keeps the stored secret');
        self::assertSame('', $form['more'][0]['value']);
        self::assertSame('x', $form['more'][1]['value'], 'a setting of a newer agent shows its default');
    }
}

<?php

namespace ErpBridgeTests;

use ErpBridge\OpenCart\Hooks;
use ErpBridge\OpenCart\ListButton;

/**
 * What comes from the ERP, over the stand-in agent: jobs in both directions, price lists, conflicts, buttons.
 */
final class TwoWayScreensTest extends ScreenTestCase
{
    /**
     * @return array<string, string[]> acts of the buttons by the heading of their group
     */
    private function groups(string $screen): array
    {
        $groups = [];

        foreach ($this->shown($this->get($screen, 'index', ['connection' => 1]))['groups'] as $group) {
            $groups[$group['label']] = array_column($group['buttons'], 'act');
        }

        return $groups;
    }

    public function testBothDirectionsHaveTheirButtons(): void
    {
        foreach (['products', 'categories', 'attributes', 'manufacturers'] as $screen) {
            self::assertSame([
                'To the ERP' => ['changed', 'all', 'preview'],
                'From the ERP' => ['from-changed', 'from-all', 'from-preview'],
            ], $this->groups($screen), $screen);
        }

        self::assertSame(['' => ['from-changed', 'from-all', 'from-preview']], $this->groups('stock'));
        self::assertSame(['' => ['from-changed', 'from-all', 'from-preview']], $this->groups('prices'));
        self::assertSame(['' => ['changed', 'all', 'preview']], $this->groups('customers'));
        self::assertSame([], $this->groups('taxes'));
    }

    public function testTickedRowsGoBothWays(): void
    {
        $body = $this->shown($this->get('products', 'index', ['connection' => 1]))['body'];
        self::assertSame(['ticked', 'from-ticked'], array_column($this->shown($body)['tick_buttons'], 'act'));
        $body = $this->shown($this->get('stock', 'index', ['connection' => 1]))['body'];
        self::assertSame(['from-ticked'], array_column($this->shown($body)['tick_buttons'], 'act'));
        self::assertFalse($this->shown($this->shown($body)['list'])['links'], 'products are linked elsewhere');
    }

    public function testAnErpThatOffersNothingShowsOneDirection(): void
    {
        $this->addConnection('other');
        $page = $this->shown($this->get('products', 'index', ['connection' => 2]));
        self::assertSame([''], array_column($page['groups'], 'label'));
        $page = $this->shown($this->get('stock', 'index', ['connection' => 2]));
        self::assertSame([], $page['groups']);
        self::assertTrue($this->shown($page['body'])['nothing_offered']);
    }

    public function testAJobFromTheErpIsStartedAndNamed(): void
    {
        $values = ['mode' => 'changed', 'connection' => '1', 'direction' => 'to-store'];
        $job = $this->post('products', 'start', $values)['job'];
        self::assertSame(['Products, from the ERP', 'to-store'], [$job['title'], $job['direction']]);
        self::assertSame('Stock', $this->post('stock', 'start', $values)['job']['title']);
        self::assertSame('Products', $this->post('products', 'start', ['direction' => 'x'] + $values)['job']['title']);
        self::assertSame('shop.request', $this->post('customers', 'start', $values)['problem']['code']);
        unset($values['direction']);
        self::assertSame('shop.request', $this->post('stock', 'start', $values)['problem']['code']);
    }

    public function testWhatNeverTravelsIsLinkedNotSynchronized(): void
    {
        $rows = $this->shown($this->get('tax_rates', 'list', ['connection' => 1]));
        self::assertSame(['Linked', 'Not yet linked'], array_column($rows['rows'], 'state_label'));
        self::assertFalse($rows['times']);
        $rows = $this->shown($this->get('carriers', 'list', ['connection' => 1]));
        self::assertContains('Synchronized', array_column($rows['rows'], 'state_label'));
        self::assertTrue($rows['times']);
        $values = ['connection' => '1', 'tab' => 'tax-rates', 'key' => '29', 'erp_id' => '5'];
        self::assertStringContainsString('goes on', $this->post('tax_rates', 'link', $values)['message']);
    }

    public function testOnlyErpsThatOfferItAreAskedFor(): void
    {
        $this->addConnection('other');
        $values = ['mode' => 'ids', 'ids' => '["42"]'];
        self::assertCount(2, $this->post('products', 'start', $values)['choose']);
        self::assertSame('Stock', $this->post('stock', 'start', ['direction' => 'to-store'] + $values)['job']['title']);
        $this->post('connections', 'pause', ['id' => '1']);
        $refused = $this->post('stock', 'start', ['direction' => 'to-store'] + $values);
        self::assertSame('shop.no_source', $refused['problem']['code']);
    }

    public function testTheMenuOfAListOffersWhatTheUserMayStart(): void
    {
        $offers = json_decode($this->get('products', 'offers'), true);
        self::assertSame(['products', 'stock', 'prices'], $offers['from']);
        self::assertSame(['categories'], json_decode($this->get('categories', 'offers'), true)['from']);
        self::assertSame([], json_decode($this->get('customers', 'offers'), true)['from']);
        $rights = &$this->registry->get('user')->permission['modify'];
        $rights = array_diff($rights, [$this->platform->screenRoute('stock')]);
        self::assertSame(['products', 'prices'], json_decode($this->get('products', 'offers'), true)['from']);
    }

    public function testTheButtonOfAListHasAMenuWhereSomethingCanCome(): void
    {
        $button = new ListButton($this->shop());
        self::assertTrue($this->shown($button->html('products'))['menu']);
        self::assertStringContainsString('start_stock', $button->html('products'));
        self::assertFalse($this->shown($button->html('customers'))['menu']);
        self::assertFalse($this->shown($button->orderHtml(3))['menu']);
    }

    public function testPriceListsAreShownAndStored(): void
    {
        $shown = $this->shown($this->get('prices', 'lists', ['connection' => 1]));
        self::assertSame(['', '4'], array_column($shown['groups'], 'list'));
        self::assertSame('Summer sale (USD)', $shown['lists'][2]['label']);
        $values = ['connection' => '1', 'list' => ['1' => '3', '2' => ''], 'special' => ['1' => '1']];
        self::assertArrayHasKey('message', $this->post('prices', 'save', $values));
        $shown = $this->shown($this->get('prices', 'lists', ['connection' => 1]));
        self::assertSame(['3', ''], array_column($shown['groups'], 'list'));
        self::assertSame([true, false], array_column($shown['groups'], 'special'));
        $values['list'] = ['1' => '3', '2' => '5'];
        $problem = $this->post('prices', 'save', $values)['problem'];
        self::assertSame(['items.1.price_list'], array_keys($problem['fields']));
    }

    public function testConflictsAreSettledByFieldOrAsAWhole(): void
    {
        $rows = $this->shown($this->get('conflicts', 'list'))['rows'];
        self::assertSame(['42', '40', '20'], array_column($rows, 'key'));
        self::assertSame(['Price', 'Description', 'Meta title'], array_column($rows[0]['fields'], 'label'));
        self::assertSame('Something new', $rows[2]['fields'][0]['label'], 'a field of tomorrow keeps its name');
        $some = $this->shown($this->get('conflicts', 'list', ['entity' => 'categories', 'q' => 'desk']))['rows'];
        self::assertCount(1, $some);
        $record = ['entity' => 'products', 'key' => '42', 'connection' => '1'];
        $choices = ['description' => 'shop', 'meta_title' => 'erp'];
        self::assertArrayHasKey('job', $this->post('conflicts', 'settle', $record + ['choices' => '{"price":"erp"}']));
        $left = $this->shown($this->get('conflicts', 'list', ['q' => 'cinema']))['rows'][0];
        self::assertSame(['description', 'meta_title'], array_column($left['fields'], 'name'));
        $gone = $this->post('conflicts', 'settle', $record + ['choices' => '{"price":"erp"}']);
        self::assertSame('input.invalid', $gone['problem']['code']);
        $done = $this->post('conflicts', 'settle', $record + ['choices' => json_encode($choices)]);
        self::assertSame('to-store', $done['job']['direction']);
        $record['key'] = '40';
        self::assertArrayHasKey('job', $this->post('conflicts', 'settle', $record + ['all' => 'shop']));
        $again = $this->post('conflicts', 'settle', $record + ['all' => 'shop']);
        self::assertSame('conflict.missing', $again['problem']['code']);
        self::assertSame(['20'], array_column($this->shown($this->get('conflicts', 'list'))['rows'], 'key'));
    }

    /**
     * @dataProvider wrongChoices
     *
     * @param array<string, string> $values
     */
    public function testWrongChoicesAreRefused(array $values, string $code): void
    {
        $record = $values + ['entity' => 'products', 'key' => '42', 'connection' => '1'];
        self::assertSame($code, $this->post('conflicts', 'settle', $record)['problem']['code']);
    }

    /**
     * @return array<string, array{0: array<string, string>, 1: string}>
     */
    public static function wrongChoices(): array
    {
        return [
            'nothing' => [[], 'shop.nothing_chosen'],
            'another side' => [['all' => 'both'], 'shop.nothing_chosen'],
            'no JSON' => [['choices' => '{'], 'shop.nothing_chosen'],
            'another path' => [['entity' => '../jobs', 'all' => 'shop'], 'shop.request'],
            'no record' => [['key' => '', 'all' => 'shop'], 'shop.request'],
        ];
    }

    public function testTheMenuTellsHowManyConflictsThereAre(): void
    {
        $names = function (): array {
            $menus = ['menus' => []];
            (new Hooks($this->shop()))->menu($menus);

            return array_column($menus['menus'][0]['children'], 'name');
        };
        self::assertContains('Conflicts', $names(), 'nothing is known before a screen was opened');
        $this->get('conflicts', 'index');
        self::assertContains('Conflicts (3)', $names());
        $body = $this->shown($this->get('jobs', 'index'))['body'];
        self::assertSame(3, $this->shown($body)['conflicts']);

        foreach (['42' => 'products', '40' => 'products', '20' => 'categories'] as $key => $entity) {
            $values = ['entity' => $entity, 'key' => (string)$key, 'connection' => '1', 'all' => 'erp'];
            $this->post('conflicts', 'settle', $values);
        }

        $this->get('products', 'index');
        self::assertContains('Conflicts', $names());
    }

    public function testSeveralValuesOfAFieldTravelAsOneText(): void
    {
        $this->post('connections', 'save', ['id' => '1', 'name' => 'Odoo main', 'kind' => 'odoo', 'settings' => [
            'url' => 'https://o', 'database' => 'd', 'user' => 'u', 'stock_warehouses' => '1,3',
        ]]);
        $groups = $this->shown($this->shown($this->get('connections', 'form', ['id' => 1]))['body'])['groups'];
        $stock = $this->shown($groups[array_search('Stock', array_column($groups, 'label'), true)]['fields']);
        self::assertSame(['1', '3'], $stock['fields'][0]['ticked']);
        self::assertTrue($stock['fields'][0]['choices']);
        $answer = json_decode($this->get('connections', 'choices', ['id' => 1, 'field' => 'stock_warehouses']), true);
        self::assertSame('Shop & <showroom>', $answer['items'][2]['label']);
    }

    public function testAnErpIsPreparedOnceSomebodySaysSo(): void
    {
        self::assertSame('', $this->get('connections', 'preparation', ['id' => 1]), 'Odoo needs nothing');
        $this->addConnection('sap_b1');
        self::assertSame('', $this->get('connections', 'buttons', ['id' => 2]), 'it can hold no buttons');
        $box = $this->shown($this->get('connections', 'preparation', ['id' => 2]));
        self::assertFalse($box['prepared']);
        self::assertSame('The user table ERPB_KEY (keys <1>) is missing', $box['missing'][0]);
        self::assertCount(2, $box['missing']);
        self::assertFalse($this->shown($this->get('connections', 'preparation', ['id' => 2]))['prepared']);
        $answer = $this->post('connections', 'prepare', ['id' => '2']);
        $done = $this->shown($answer['html']);
        self::assertSame([true, []], [$done['prepared'], $done['missing']]);
        self::assertStringContainsString('Everything is there', $done['findings']);
        self::assertTrue($this->shown($this->get('connections', 'preparation', ['id' => 2]))['prepared']);
    }

    public function testWhoMayNotChangeConnectionsCannotPrepare(): void
    {
        $this->addConnection('sap_b1');
        $rights = &$this->registry->get('user')->permission['modify'];
        $rights = array_diff($rights, [$this->platform->screenRoute('connections')]);
        $box = $this->shown($this->get('connections', 'preparation', ['id' => 2]));
        self::assertFalse($box['may_modify']);
        self::assertSame('shop.permission', $this->post('connections', 'prepare', ['id' => '2'])['problem']['code']);
        self::assertFalse($this->shown($this->get('connections', 'preparation', ['id' => 2]))['prepared']);
    }

    public function testScreensSpeakOfTheErpThatIsConnected(): void
    {
        $this->addConnection('sap_b1');
        $intro = function (string $screen, int $connection): string {
            return $this->shown($this->shown($this->get($screen, 'index', ['connection' => $connection]))['body'])['intro'];
        };
        self::assertStringContainsString('journal', $intro('payment_methods', 1));
        self::assertStringContainsString('cash account', $intro('payment_methods', 2));
        self::assertStringContainsString('shipping type', $intro('carriers', 2));
        self::assertStringNotContainsString('SAP', $intro('carriers', 1));
        $choices = function (int $connection): array {
            $page = $this->shown($this->get('order_statuses', 'index', ['connection' => $connection]));

            return array_column($this->shown($page['body'])['choices'], 'label', 'value');
        };
        self::assertSame('Quotation', $choices(1)['quotation']);
        self::assertSame('Sales order, not approved', $choices(2)['quotation']);
        $form = $this->shown($this->shown($this->get('connections', 'form', ['id' => 2]))['body']);
        self::assertSame(['Connection', 'Orders', 'From the ERP'], array_column($form['groups'], 'label'));
    }

    public function testButtonsInTheErpComeAndGo(): void
    {
        self::assertFalse($this->shown($this->get('connections', 'buttons', ['id' => 1]))['installed']);
        $answer = $this->post('connections', 'setButtons', ['id' => '1', 'installed' => '1']);
        self::assertTrue($this->shown($answer['html'])['installed']);
        self::assertStringContainsString('public address', $answer['findings']);
        $answer = $this->post('connections', 'setButtons', ['id' => '1', 'installed' => '0']);
        self::assertFalse($this->shown($answer['html'])['installed']);
    }
}

<?php

namespace ErpBridgeTests;

use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use ErpBridge\Screen\Front;
use PHPUnit\Framework\TestCase;

/**
 * Screens of OpenCart 4.1 over the stand-in agent, as the admin's browser calls them; the user may do everything.
 */
abstract class ScreenTestCase extends TestCase
{
    /** @var FakeAgent */
    protected $agent;

    /** @var Registry */
    protected $registry;

    /** @var Platform */
    protected $platform;

    protected function setUp(): void
    {
        $this->agent = new FakeAgent();
        $this->platform = new Platform('4.1.0.4');
        $this->registry = new Registry(['db' => new Database(), 'model_setting_setting' => new Settings()]);
        $this->registry->get('config')->values += [
            'erp_bridge_url' => $this->agent->url,
            'erp_bridge_key' => $this->agent->token,
        ];

        foreach ($this->platform->permissionRoutes() as $route) {
            $this->registry->get('user')->permission['access'][] = $route;
            $this->registry->get('user')->permission['modify'][] = $route;
        }
    }

    protected function tearDown(): void
    {
        $this->agent->stop();
    }

    protected function shop(): Shop
    {
        return new Shop($this->registry, $this->platform);
    }

    /**
     * @param array<string, mixed> $query
     */
    protected function get(string $screen, string $method, array $query = []): string
    {
        $request = $this->registry->get('request');
        $request->server = ['REQUEST_METHOD' => 'GET'];
        $request->get = array_map('htmlspecialchars', array_map('strval', $query));
        (new Front($this->shop()))->run($screen, $method);

        return $this->registry->get('response')->output;
    }

    /**
     * @param array<string, mixed> $values
     *
     * @return array<string, mixed>
     */
    protected function post(string $screen, string $method, array $values = []): array
    {
        $request = $this->registry->get('request');
        $request->server = ['REQUEST_METHOD' => 'POST'];
        $request->get = [];
        $request->post = $values;
        (new Front($this->shop()))->run($screen, $method);
        $answer = json_decode($this->registry->get('response')->output, true);
        self::assertIsArray($answer, $this->registry->get('response')->output);

        return $answer;
    }

    /**
     * @return array<string, mixed> what the view of a part or page was given
     */
    protected function shown(string $html): array
    {
        self::assertSame('[', $html[0] ?? '', $html);

        return (array)json_decode(substr($html, strpos($html, ' ') + 1, -1), true);
    }

    /**
     * Add a connection of another kind of ERP; it is the second one.
     */
    protected function addConnection(string $kind): void
    {
        $this->post('connections', 'save', [
            'name' => 'Second', 'kind' => $kind, 'secret' => 'pass&amp;word',
            'settings' => ['url' => 'https://o.example', 'database' => 'd', 'user' => 'u'],
        ]);
    }
}

<?php

namespace ErpBridge\Screen;

use ErpBridge\Agent\Client;
use ErpBridge\Agent\CurlTransport;
use ErpBridge\OpenCart\Settings;
use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use ErpBridge\Problem;
use ErpBridge\Screens;
use ErpBridge\View\Pager;
use ErpBridge\View\Plain;
use ErpBridge\Words;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * What all screens share: the page around them, the agent, texts, addresses, the panel for problems.
 */
abstract class Screen
{
    /** Seconds. */
    const PATIENCE = 300;

    /** @var Shop */
    protected $shop;

    /** @var Words */
    protected $words;

    /** @var string */
    protected $name;

    /** @var Client|null */
    private $client;

    /** @var Connections|null */
    private $connections;

    /** @var int|null */
    private $conflicts;

    public function __construct(Shop $shop, string $name)
    {
        $this->shop = $shop;
        $this->name = $name;
        $this->words = $shop->words();
    }

    /**
     * Return the methods that can be called over HTTP: name => [right, kind of answer].
     *
     * The right is ``access`` or ``modify`` (then only by POST); the kind is ``page``, ``part``
     * (a piece of HTML) or ``json``.
     *
     * @return array<string, array{0: string, 1: string}>
     */
    abstract public function handlers(): array;

    /**
     * Return the files of JavaScript the screen needs, in order.
     *
     * @return string[]
     */
    abstract protected function scripts(): array;

    /**
     * Return a whole admin page.
     *
     * @param array<string, mixed> $content ``body`` (HTML); ``toolbar`` (buttons), ``groups`` (of buttons),
     *                                      ``config`` (for the page's JavaScript), ``heading``, ``crumbs``,
     *                                      ``failed`` (the agent gave no answer) as needed
     */
    public function page(array $content): string
    {
        $heading = isset($content['heading']) ? $content['heading'] : $this->words->get('heading_' . $this->name);
        $platform = $this->shop->platform();
        $this->shop->document()->setTitle($heading . ' - ' . $this->words->get('menu'));
        $this->shop->document()->addStyle($platform->assetPath('stylesheet/erp_bridge.css'));
        $config = isset($content['config']) ? $content['config'] : [];

        if ($this->client !== null && empty($content['failed'])) {
            $this->conflicts();
        }

        return $this->view('layout', [
            'header' => $this->shop->part('header'),
            'column_left' => $this->shop->part('column_left'),
            'footer' => $this->shop->part('footer'),
            'heading' => $heading,
            'crumbs' => $this->crumbs(isset($content['crumbs']) ? $content['crumbs'] : []),
            'toolbar' => isset($content['toolbar']) ? $content['toolbar'] : [],
            'groups' => isset($content['groups']) ? $content['groups'] : [],
            'body' => $content['body'],
            'config' => $this->configText($config),
            'scripts' => array_map(function ($name) use ($platform) {
                return $platform->assetPath('javascript/' . $name . '.js');
            }, $this->scripts()),
        ]);
    }

    public function problemHtml(Problem $problem): string
    {
        return $this->view('problem', ['problem' => $this->problemData($problem)]);
    }

    /**
     * Return a problem with the link to where it is mended, where the user may go there.
     *
     * @return array<string, mixed>
     */
    public function problemData(Problem $problem): array
    {
        $data = $problem->toPlain();
        $where = $problem->where();
        $data['href'] = '';
        $data['link'] = '';

        if ($where !== '' && $where !== $this->name && $this->may('access', $where)) {
            $data['href'] = $this->shop->screenLink($where);
            $data['link'] = $this->words->get('link_' . $where);
        }

        return $data;
    }

    protected function client(): Client
    {
        if ($this->client === null) {
            $this->client = $this->clientFor(CurlTransport::TOTAL_SECONDS);
        }

        return $this->client;
    }

    /**
     * Return a client that waits as long as the agent itself does, for what takes the ERP minutes.
     */
    protected function patientClient(): Client
    {
        return $this->clientFor(self::PATIENCE);
    }

    /**
     * Return the agent's connections, asked for once.
     */
    protected function connections(): Connections
    {
        if ($this->connections === null) {
            $this->connections = new Connections($this->shop, $this->client());
        }

        return $this->connections;
    }

    /**
     * Use the words of the ERP of a connection from now on.
     */
    protected function speakOf(int $connection): void
    {
        $this->words = $this->words->about($this->connections()->kind($connection));
    }

    /**
     * Return the connection that a screen about one of them shows, and use the words of its ERP from now on.
     *
     * @return int 0 when there is none at all
     */
    protected function chosenConnection(): int
    {
        $chosen = $this->connections()->chosen($this->shop->query('connection'));
        $this->speakOf($chosen);

        return $chosen;
    }

    /**
     * @return array<string, mixed> what the view of such a screen needs of the connections
     */
    protected function connectionData(int $chosen): array
    {
        $item = $this->connections()->items()[$chosen];

        return [
            'connections' => $this->connections()->names(),
            'connection' => $chosen,
            'paused' => Plain::text($item, 'state') === 'paused' ? $this->paused($item) : null,
        ];
    }

    /**
     * Return what a screen about one connection shows where there is none at all.
     *
     * @return array<string, mixed>
     */
    protected function emptyPage(): array
    {
        return ['body' => $this->view('empty', [
            'href' => $this->may('modify', 'connections') ? $this->shop->screenLink('connections', 'form') : '',
        ])];
    }

    /**
     * @return array<int, string> names of the connections where they were asked for, by id
     */
    protected function knownNames(): array
    {
        return $this->connections ? $this->connections->names() : [];
    }

    /**
     * Return how many records both sides changed, and remember it for the menu.
     */
    protected function conflicts(): int
    {
        if ($this->conflicts === null && $this->may('access', 'conflicts')) {
            try {
                $this->conflicts = Plain::number($this->client()->get('/v1/conflicts', ['limit' => 1]), 'total');
                $this->shop->remember('conflicts', $this->conflicts);
            } catch (Problem $problem) {
                $this->conflicts = 0;
            }
        }

        return (int)$this->conflicts;
    }

    /**
     * Return the address of a record's own page in OpenCart, '' for none or where the user may not go.
     */
    protected function recordHref(string $entity, string $key): string
    {
        $form = Screens::form($entity);

        if ($form === null || !ctype_digit($key) || !$this->shop->may('access', $form[0])) {
            return '';
        }

        $platform = $this->shop->platform();
        $route = $form[2] === '' ? $platform->formRoute($form[0]) : $platform->route($form[0], $form[2]);

        return $this->shop->link($route, [$form[1] => $key]);
    }

    protected function may(string $right, string $screen): bool
    {
        return $this->shop->may($right, $this->shop->platform()->screenRoute($screen));
    }

    protected function mayModify(): bool
    {
        return $this->may('modify', $this->name);
    }

    /**
     * Return a part of a page with texts, class names and icons at hand.
     *
     * @param array<string, mixed> $data
     */
    protected function view(string $template, array $data): string
    {
        $platform = $this->shop->platform();

        return $this->shop->view($template, array_merge([
            't' => $this->words->all(),
            'ui' => $platform->ui(),
            'icon' => $platform->icons(),
        ], $data));
    }

    /**
     * @param string[] $entities
     *
     * @return array<int, array{value: string, label: string}> to choose from
     */
    protected function entityOptions(array $entities): array
    {
        return array_map(function ($entity) {
            return ['value' => $entity, 'label' => $this->words->get('entity_' . str_replace('-', '_', $entity))];
        }, $entities);
    }

    /**
     * Return the page numbers below a list.
     *
     * @param array<string, mixed> $list the agent's list
     */
    protected function pagesHtml(array $list, bool $withTimes = true): string
    {
        return $this->view('pages', [
            'pager' => Pager::data($list, $this->words),
            'zone' => $withTimes ? $this->shop->clock()->zone() : '',
        ]);
    }

    /**
     * Return the addresses of this screen's methods for its JavaScript.
     *
     * @return array<string, string>
     */
    protected function addresses(): array
    {
        $addresses = [];

        foreach ($this->handlers() as $method => $handler) {
            if ($handler[1] !== 'page') {
                $addresses[$method] = $this->shop->screenLink($this->name, $method);
            }
        }

        return $addresses;
    }

    /**
     * @return array<string, mixed> what every screen's JavaScript needs
     */
    protected function baseConfig(): array
    {
        return [
            'urls' => $this->addresses(),
            'words' => $this->words->starting('js_'),
            'icons' => $this->shop->platform()->icons(),
            'ui' => $this->shop->platform()->ui(),
        ];
    }

    /**
     * Return a button of the page's toolbar.
     *
     * @param string $act what the page's JavaScript does on a click; '' for a link
     *
     * @return array<string, string>
     */
    protected function button(string $icon, string $text, string $class, string $act, string $href = ''): array
    {
        return [
            'icon' => $this->shop->platform()->icon($icon),
            'text' => $this->words->get($text),
            'help' => $this->words->orElse($text . '_help', ''),
            'class' => $class === 'light' ? $this->shop->platform()->ui()['light'] : 'btn btn-' . $class,
            'act' => $act,
            'href' => $href,
        ];
    }

    /**
     * Return why a connection is paused and what to do.
     *
     * @param array<string, mixed> $item
     *
     * @return array<string, string>
     */
    private function paused(array $item): array
    {
        $reason = Plain::items($item, 'paused');

        return [
            'cause' => Plain::text($reason, 'cause') ?: $this->words->get('connection_paused_by_hand'),
            'fix' => Plain::text($reason, 'fix') ?: $this->words->get('connection_paused_fix'),
            'href' => $this->may('access', 'connections') ? $this->shop->screenLink('connections') : '',
        ];
    }

    protected function ownProblem(string $name): Problem
    {
        return new Problem(
            'shop.' . $name,
            $this->words->get('problem_shop_' . $name . '_cause'),
            $this->words->get('problem_shop_' . $name . '_fix')
        );
    }

    private function clientFor(int $seconds): Client
    {
        $settings = new Settings($this->shop);
        $transport = new CurlTransport($settings->caFile(), $seconds);

        return new Client($settings->url(), $settings->key(), $transport, $this->words);
    }

    /**
     * @param array<int, array{text: string, href: string}> $more
     *
     * @return array<int, array{text: string, href: string}>
     */
    private function crumbs(array $more): array
    {
        $crumbs = [
            ['text' => $this->words->get('crumb_home'), 'href' => $this->shop->link('common/dashboard')],
            [
                'text' => $this->words->get('menu'),
                'href' => $this->may('access', 'jobs') ? $this->shop->screenLink('jobs') : '',
            ],
            ['text' => $this->words->get('heading_' . $this->name), 'href' => $this->shop->screenLink($this->name)],
        ];

        return array_merge($crumbs, $more);
    }

    /**
     * @param array<string, mixed> $config
     */
    private function configText(array $config): string
    {
        $config = array_merge($this->baseConfig(), $config);
        $safe = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_UNESCAPED_SLASHES;

        return (string)json_encode($config, $safe | JSON_INVALID_UTF8_SUBSTITUTE);
    }
}

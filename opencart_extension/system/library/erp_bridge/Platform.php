<?php

namespace ErpBridge;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Everything in which OpenCart 3.x, 4.0.x and 4.1.x differ for this extension, in one place.
 */
final class Platform
{
    /** Folder and code of the extension. */
    const CODE = 'erp_bridge';

    /** @var string */
    private $version;

    public function __construct(string $version)
    {
        $this->version = $version;
    }

    /**
     * Return the platform that runs now; under OpenCart's cron.php the constant VERSION is missing.
     */
    public static function current(): self
    {
        if (defined('VERSION')) {
            return new self((string)constant('VERSION'));
        }

        return new self(class_exists('Opencart\\System\\Engine\\Registry', false) ? '4.0.2.0' : '3.0.0.0');
    }

    public function version(): string
    {
        return $this->version;
    }

    public function isFour(): bool
    {
        return version_compare($this->version, '4.0.0.0', '>=');
    }

    /**
     * Return what stands between a controller's route and its method in URLs and event actions.
     */
    public function methodSeparator(): string
    {
        if (!$this->isFour()) {
            return '/';
        }

        return version_compare($this->version, '4.0.2.0', '>=') ? '.' : '|';
    }

    /**
     * Return what stands between a model's route and its method in event triggers.
     */
    public function modelSeparator(): string
    {
        return version_compare($this->version, '4.1.0.0', '>=') ? '.' : '/';
    }

    /**
     * Return the route of one of the extension's screens, e.g. ``extension/erp_bridge/products`` in 3.x.
     *
     * In 4.x they have a folder of their own: the user groups of 4.1.0 list an extension's controllers
     * only from one folder down, and whoever saves a group there drops the rights that are not listed.
     */
    public function screenRoute(string $screen, string $method = ''): string
    {
        $folder = 'extension/' . self::CODE . '/' . ($this->isFour() ? 'screen/' : '');

        return $this->route($screen === 'settings' ? $this->settingsRoute() : $folder . $screen, $method);
    }

    /**
     * Return the action of an event handler, e.g. ``extension/erp_bridge/event.menu``.
     */
    public function eventAction(string $method): string
    {
        return $this->route('extension/' . self::CODE . '/event', $method);
    }

    /**
     * Return a route of OpenCart itself with its method, e.g. ``catalog/product.form``.
     */
    public function route(string $controller, string $method = ''): string
    {
        return $method === '' ? $controller : $controller . $this->methodSeparator() . $method;
    }

    /**
     * Return the route of an edit form of OpenCart: its method is ``edit`` in 3.x and ``form`` in 4.x.
     */
    public function formRoute(string $controller): string
    {
        return $this->route($controller, $this->isFour() ? 'form' : 'edit');
    }

    /**
     * Return the route of the list of installed modules.
     */
    public function modulesRoute(): string
    {
        return 'marketplace/extension';
    }

    /**
     * Return the view of a list page of OpenCart, e.g. ``catalog/product_list``.
     */
    public function listView(string $controller): string
    {
        return $this->isFour() ? $controller : $controller . '_list';
    }

    public function eventHasDescription(): bool
    {
        return $this->isFour();
    }

    /**
     * Return the name of the model method that confirms an order and changes its status.
     */
    public function orderHistoryMethod(): string
    {
        return $this->isFour() ? 'addHistory' : 'addOrderHistory';
    }

    /**
     * Return the routes that a user group needs a permission for, one per screen.
     *
     * 3.x cuts a route of an extension's own folder to two parts before it asks for access, hence
     * one more there; each screen then asks for its own.
     *
     * @return string[]
     */
    public function permissionRoutes(): array
    {
        $routes = [$this->settingsRoute()];

        foreach (Screens::NAMES as $screen) {
            if ($screen !== 'settings') {
                $routes[] = $this->screenRoute($screen);
            }
        }

        if (!$this->isFour()) {
            $routes[] = 'extension/' . self::CODE;
        }

        return $routes;
    }

    /**
     * Return the address of a file in admin/view, relative to the admin's base address.
     */
    public function assetPath(string $path): string
    {
        $base = $this->isFour() ? '../extension/' . self::CODE . '/admin/view/' : 'view/';

        return $base . $path . '?v=' . Version::NUMBER;
    }

    /**
     * Return the CSS classes of this OpenCart's Bootstrap under names of our own.
     *
     * @return array<string, string>
     */
    public function ui(): array
    {
        if ($this->isFour()) {
            return [
                'bootstrap' => '5',
                'panel' => 'card',
                'panel_heading' => 'card-header',
                'panel_title' => '',
                'panel_body' => 'card-body',
                'right' => 'float-end',
                'text_right' => 'text-end',
                'light' => 'btn btn-light',
                'outline' => 'btn btn-outline-secondary',
                'small' => 'btn-sm',
                'input' => 'form-control',
                'select' => 'form-select',
                'hidden' => 'd-none',
                'row' => 'row mb-3 required-mark',
                'label' => 'col-sm-2 col-form-label',
                'checkbox' => 'form-check-input',
                'crumb' => 'breadcrumb-item',
            ];
        }

        return [
            'bootstrap' => '3',
            'panel' => 'panel panel-default',
            'panel_heading' => 'panel-heading',
            'panel_title' => 'panel-title',
            'panel_body' => 'panel-body',
            'right' => 'pull-right',
            'text_right' => 'text-right',
            'light' => 'btn btn-default',
            'outline' => 'btn btn-default',
            'small' => 'btn-sm',
            'input' => 'form-control',
            'select' => 'form-control',
            'hidden' => 'hidden',
            'row' => 'form-group',
            'label' => 'col-sm-2 control-label',
            'checkbox' => '',
            'crumb' => '',
        ];
    }

    /**
     * Return the classes of an icon by its meaning.
     */
    public function icon(string $name): string
    {
        $icons = [
            'sync' => ['fa fa-refresh', 'fa-solid fa-rotate'],
            'fetch' => ['fa fa-cloud-download', 'fa-solid fa-cloud-arrow-down'],
            'shop' => ['fa fa-shopping-cart', 'fa-solid fa-cart-shopping'],
            'erp' => ['fa fa-building-o', 'fa-regular fa-building'],
            'more' => ['fa fa-caret-down', 'fa-solid fa-caret-down'],
            'conflict' => ['fa fa-random', 'fa-solid fa-shuffle'],
            'price' => ['fa fa-tags', 'fa-solid fa-tags'],
            'all' => ['fa fa-cloud-upload', 'fa-solid fa-cloud-arrow-up'],
            'preview' => ['fa fa-eye', 'fa-regular fa-eye'],
            'auto' => ['fa fa-magic', 'fa-solid fa-wand-magic-sparkles'],
            'link' => ['fa fa-link', 'fa-solid fa-link'],
            'unlink' => ['fa fa-chain-broken', 'fa-solid fa-link-slash'],
            'exclude' => ['fa fa-ban', 'fa-solid fa-ban'],
            'include' => ['fa fa-check', 'fa-solid fa-check'],
            'filter' => ['fa fa-filter', 'fa-solid fa-filter'],
            'list' => ['fa fa-list', 'fa-solid fa-list'],
            'plus' => ['fa fa-plus', 'fa-solid fa-plus'],
            'save' => ['fa fa-save', 'fa-solid fa-floppy-disk'],
            'back' => ['fa fa-reply', 'fa-solid fa-reply'],
            'edit' => ['fa fa-pencil', 'fa-solid fa-pencil'],
            'remove' => ['fa fa-trash-o', 'fa-regular fa-trash-can'],
            'pause' => ['fa fa-pause', 'fa-solid fa-pause'],
            'play' => ['fa fa-play', 'fa-solid fa-play'],
            'test' => ['fa fa-stethoscope', 'fa-solid fa-stethoscope'],
            'cancel' => ['fa fa-stop', 'fa-solid fa-stop'],
            'retry' => ['fa fa-repeat', 'fa-solid fa-arrow-rotate-right'],
            'settings' => ['fa fa-cog', 'fa-solid fa-gear'],
            'repair' => ['fa fa-wrench', 'fa-solid fa-wrench'],
            'menu' => ['fa-exchange', 'fa-solid fa-right-left'],
            'open' => ['fa fa-external-link', 'fa-solid fa-arrow-up-right-from-square'],
            'plug' => ['fa fa-plug', 'fa-solid fa-plug'],
            'search' => ['fa fa-search', 'fa-solid fa-magnifying-glass'],
        ];

        return $icons[$name][$this->isFour() ? 1 : 0];
    }

    /**
     * Return every icon by its meaning, for templates.
     *
     * @return array<string, string>
     */
    public function icons(): array
    {
        $names = [
            'sync', 'all', 'preview', 'auto', 'link', 'unlink', 'exclude', 'include', 'filter', 'list', 'plus',
            'save', 'back', 'edit', 'remove', 'pause', 'play', 'test', 'cancel', 'retry', 'settings', 'repair',
            'open', 'plug', 'search', 'fetch', 'shop', 'erp', 'more', 'conflict', 'price',
        ];

        return array_combine($names, array_map([$this, 'icon'], $names));
    }

    private function settingsRoute(): string
    {
        return $this->isFour()
            ? 'extension/' . self::CODE . '/module/' . self::CODE
            : 'extension/module/' . self::CODE;
    }
}

<?php

namespace ErpBridge\OpenCart;

use ErpBridge\Platform;
use ErpBridge\Words;
use ErpBridge\View\Clock;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * OpenCart as the extension sees it: the few things of the registry that are used, the same in 3.x and 4.x.
 */
final class Shop
{
    /** @var object OpenCart's registry */
    private $registry;

    /** @var Platform */
    private $platform;

    /** @var Words|null */
    private $words;

    /**
     * @param object $registry
     */
    public function __construct($registry, ?Platform $platform = null)
    {
        $this->registry = $registry;
        $this->platform = $platform ?: Platform::current();
    }

    public function platform(): Platform
    {
        return $this->platform;
    }

    /**
     * @return object OpenCart's database
     */
    public function db()
    {
        return $this->registry->get('db');
    }

    /**
     * @return object the logged-in user of the admin
     */
    public function user()
    {
        return $this->registry->get('user');
    }

    /**
     * Return a service of OpenCart's registry, null where it is not there (e.g. ``customer`` under cron).
     *
     * @return object|null
     */
    public function service(string $name)
    {
        return $this->registry->has($name) ? $this->registry->get($name) : null;
    }

    /**
     * Keep an object for the rest of this request under a name of our own.
     *
     * @param object $service
     */
    public function share(string $name, $service): void
    {
        $this->registry->set($name, $service);
    }

    /**
     * @return object a model of OpenCart
     */
    public function model(string $route)
    {
        $this->registry->get('load')->model($route);

        return $this->registry->get('model_' . str_replace('/', '_', $route));
    }

    /**
     * @return mixed a setting of the shop
     */
    public function config(string $key)
    {
        return $this->registry->get('config')->get($key);
    }

    /**
     * Store settings of one code in place of those it has.
     *
     * @param array<string, mixed> $values keys begin with the code
     */
    public function saveSettings(string $code, array $values): void
    {
        $this->model('setting/setting')->editSetting($code, $values);

        foreach ($values as $key => $value) {
            $this->registry->get('config')->set($key, $value);
        }
    }

    public function may(string $right, string $route): bool
    {
        return (bool)$this->user()->hasPermission($right, $route);
    }

    /**
     * Tell whether the user's group has a right as stored now, not as loaded when the request began.
     */
    public function mayNow(string $right, string $route): bool
    {
        $group = $this->model('user/user_group')->getUserGroup((int)$this->user()->getGroupId());
        $permission = isset($group['permission']) ? $group['permission'] : [];

        if (is_string($permission)) {
            $permission = json_decode($permission, true);
        }

        return isset($permission[$right]) && in_array($route, (array)$permission[$right], true);
    }

    /**
     * Return a value of the query string as it was typed.
     */
    public function query(string $name, string $default = ''): string
    {
        return $this->value($this->registry->get('request')->get, $name, $default);
    }

    /**
     * Return a posted value as it was typed.
     */
    public function posted(string $name, string $default = ''): string
    {
        return $this->value($this->registry->get('request')->post, $name, $default);
    }

    /**
     * Return a posted list or map of texts as they were typed.
     *
     * @return array<int|string, string>
     */
    public function postedList(string $name): array
    {
        $post = $this->registry->get('request')->post;
        $list = isset($post[$name]) && is_array($post[$name]) ? $post[$name] : [];

        return array_map([$this, 'decode'], array_filter($list, 'is_scalar'));
    }

    public function isPost(): bool
    {
        return $this->server('REQUEST_METHOD') === 'POST';
    }

    /**
     * Return a variable of the web server as it was received.
     */
    public function server(string $name): string
    {
        return $this->value($this->registry->get('request')->server, $name, '');
    }

    /**
     * @param mixed $default
     *
     * @return mixed a value remembered for this login
     */
    public function remembered(string $key, $default = null)
    {
        $data = $this->registry->get('session')->data;

        return isset($data['erp_bridge'][$key]) ? $data['erp_bridge'][$key] : $default;
    }

    /**
     * @param mixed $value
     */
    public function remember(string $key, $value): void
    {
        $session = $this->registry->get('session');
        $kept = isset($session->data['erp_bridge']) ? $session->data['erp_bridge'] : [];
        $kept[$key] = $value;
        $session->data['erp_bridge'] = $kept;
    }

    /**
     * Return the address of an admin page with the login's token, unescaped.
     *
     * @param array<string, string|int> $args
     */
    public function link(string $route, array $args = []): string
    {
        $session = $this->registry->get('session');
        $token = isset($session->data['user_token']) ? $session->data['user_token'] : '';
        $text = http_build_query(array_merge(['user_token' => $token], $args));

        return str_replace('&amp;', '&', $this->registry->get('url')->link($route, $text, true));
    }

    /**
     * Return the address of a screen of the extension.
     *
     * @param array<string, string|int> $args
     */
    public function screenLink(string $screen, string $method = '', array $args = []): string
    {
        return $this->link($this->platform->screenRoute($screen, $method), $args);
    }

    /**
     * @param array<string, mixed> $data
     */
    public function view(string $template, array $data): string
    {
        return (string)$this->registry->get('load')->view('extension/' . Platform::CODE . '/' . $template, $data);
    }

    /**
     * Return a common part of OpenCart's pages: header, column_left or footer.
     */
    public function part(string $name): string
    {
        return (string)$this->registry->get('load')->controller('common/' . $name);
    }

    /**
     * Run a controller that OpenCart runs at the start of a request, e.g. ``startup/setting``.
     */
    public function start(string $route): void
    {
        $this->registry->get('load')->controller($route);
    }

    /**
     * @return object OpenCart's document
     */
    public function document()
    {
        return $this->registry->get('document');
    }

    public function respond(string $output, string $type = ''): void
    {
        $response = $this->registry->get('response');

        if ($type !== '') {
            $response->addHeader('Content-Type: ' . $type);
        }

        $response->setOutput($output);
    }

    public function addHeader(string $header): void
    {
        $this->registry->get('response')->addHeader($header);
    }

    public function log(string $text): void
    {
        $log = $this->service('log');

        if ($log !== null) {
            $log->write('ERP Bridge: ' . $text);
        }
    }

    public function words(): Words
    {
        if ($this->words === null) {
            $pattern = $this->platform->isFour()
                ? constant('DIR_EXTENSION') . Platform::CODE . '/admin/language/%s/' . Platform::CODE . '.php'
                : constant('DIR_LANGUAGE') . '%s/extension/' . Platform::CODE . '/' . Platform::CODE . '.php';
            $setting = $this->platform->isFour() ? 'config_language_admin' : 'config_admin_language';
            $this->words = Words::load($pattern, (string)$this->config($setting));
        }

        return $this->words;
    }

    /**
     * Return what writes times in the shop's time zone and the admin's date format.
     */
    public function clock(): Clock
    {
        $format = (string)$this->registry->get('language')->get('datetime_format');

        return new Clock(date_default_timezone_get(), $format === 'datetime_format' ? 'Y-m-d H:i:s' : $format);
    }

    /**
     * Return the name of the logged-in user, for the log of jobs.
     */
    public function userName(): string
    {
        return (string)$this->user()->getUserName();
    }

    /**
     * Return the base address of the shop.
     */
    public function url(): string
    {
        foreach (['HTTPS_CATALOG', 'HTTP_CATALOG', 'HTTPS_SERVER', 'HTTP_SERVER'] as $name) {
            if (defined($name) && constant($name) !== '') {
                return (string)constant($name);
            }
        }

        return (string)$this->config('config_url');
    }

    /**
     * Undo the HTML escaping that OpenCart's request does to everything it receives.
     *
     * @param mixed $value
     */
    private function decode($value): string
    {
        return htmlspecialchars_decode((string)$value, ENT_COMPAT);
    }

    /**
     * @param array<string, mixed> $values
     */
    private function value(array $values, string $name, string $default): string
    {
        return isset($values[$name]) && is_scalar($values[$name]) ? $this->decode($values[$name]) : $default;
    }
}

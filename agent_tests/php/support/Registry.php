<?php

namespace ErpBridgeTests;

/**
 * As much of OpenCart's registry as the extension asks for; the database is a real one where given.
 */
final class Registry
{
    /** @var array<string, mixed> */
    private $services;

    /**
     * @param array<string, mixed> $services
     */
    public function __construct(array $services = [])
    {
        $this->services = $services + [
            'config' => new Config(),
            'request' => (object)['get' => [], 'post' => [], 'server' => ['REQUEST_METHOD' => 'GET']],
            'session' => (object)['data' => ['user_token' => 't0k3n']],
            'response' => new Response(),
            'url' => new Url(),
            'user' => new User(),
            'log' => new Log(),
            'language' => new Language(),
            'document' => new Document(),
        ];
        $this->services['load'] = new Load($this);
    }

    /**
     * @return mixed
     */
    public function get(string $name)
    {
        return $this->services[$name];
    }

    public function has(string $name): bool
    {
        return isset($this->services[$name]);
    }

    /**
     * @param mixed $service
     */
    public function set(string $name, $service): void
    {
        $this->services[$name] = $service;
    }
}

final class Config
{
    /** @var array<string, mixed> */
    public $values = ['config_language_admin' => 'en-gb', 'config_admin_language' => 'en-gb'];

    /**
     * @return mixed
     */
    public function get(string $key)
    {
        return isset($this->values[$key]) ? $this->values[$key] : null;
    }

    /**
     * @param mixed $value
     */
    public function set(string $key, $value): void
    {
        $this->values[$key] = $value;
    }
}

final class Response
{
    /** @var string[] */
    public $headers = [];

    /** @var string */
    public $output = '';

    public function addHeader(string $header): void
    {
        $this->headers[] = $header;
    }

    public function setOutput(string $output): void
    {
        $this->output = $output;
    }
}

final class Url
{
    public function link(string $route, string $args = '', bool $plain = false): string
    {
        return 'http://shop.example/admin/index.php?route=' . $route . '&amp;' . str_replace('&', '&amp;', $args);
    }
}

final class User
{
    /** @var array<string, string[]> */
    public $permission = ['access' => [], 'modify' => []];

    public function hasPermission(string $right, string $route): bool
    {
        return in_array($route, $this->permission[$right], true);
    }

    public function getGroupId(): int
    {
        return 1;
    }

    public function getUserName(): string
    {
        return 'admin';
    }
}

final class Log
{
    /** @var string[] */
    public $lines = [];

    public function write(string $line): void
    {
        $this->lines[] = $line;
    }
}

final class Language
{
    public function get(string $key): string
    {
        return $key === 'datetime_format' ? 'd/m/Y H:i:s' : $key;
    }
}

final class Document
{
    /** @var string */
    public $title = '';

    public function setTitle(string $title): void
    {
        $this->title = $title;
    }

    public function addStyle(string $href): void
    {
    }
}

final class Load
{
    /** @var Registry */
    private $registry;

    public function __construct(Registry $registry)
    {
        $this->registry = $registry;
    }

    public function model(string $route): void
    {
        $name = 'model_' . str_replace('/', '_', $route);

        if (!$this->registry->has($name)) {
            throw new \LogicException('The test has no model ' . $route);
        }
    }

    /** @var string[] controllers of a request's start that were run */
    public $started = [];

    public function controller(string $route): string
    {
        if (strncmp($route, 'startup/', 8) === 0) {
            $this->started[] = $route;
        }

        return '<' . $route . '>';
    }

    /**
     * Stand in for Twig: the view's name and data as JSON, without what every view gets.
     *
     * @param array<string, mixed> $data
     */
    public function view(string $route, array $data): string
    {
        unset($data['t'], $data['ui'], $data['icon']);

        return '[' . $route . ' ' . json_encode($data) . ']';
    }
}

final class Settings
{
    /**
     * @param array<string, mixed> $values
     */
    public function editSetting(string $code, array $values): void
    {
    }
}

<?php

namespace ErpBridge\Screen;

use ErpBridge\OpenCart\Shop;
use ErpBridge\Problem;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Runs a method of a screen: checks the user's right and the HTTP method, answers, and turns whatever
 * goes wrong into something a person can read.
 */
final class Front
{
    /** @var Shop */
    private $shop;

    public function __construct(Shop $shop)
    {
        $this->shop = $shop;
    }

    /**
     * Answer a request for one method of a screen.
     */
    public function run(string $name, string $method): void
    {
        $screen = $this->screen($name);
        $handlers = $screen->handlers();

        if (!isset($handlers[$method])) {
            $this->shop->addHeader('HTTP/1.1 404 Not Found');
            $this->shop->respond('');

            return;
        }

        list($right, $kind) = $handlers[$method];

        try {
            $this->demand($right, $name);
            $this->answer($screen, $kind, $screen->$method());
        } catch (Problem $problem) {
            $this->answerProblem($screen, $kind, $problem);
        } catch (\Throwable $error) {
            $this->shop->log(get_class($error) . ' in ' . basename($error->getFile()) . ':' . $error->getLine()
                . ': ' . $error->getMessage());
            $this->answerProblem($screen, $kind, $this->ownProblem('unexpected'));
        }
    }

    private function screen(string $name): Screen
    {
        $classes = [
            'jobs' => JobsScreen::class,
            'conflicts' => ConflictsScreen::class,
            'connections' => ConnectionsScreen::class,
            'orders' => OrdersScreen::class,
            'order_statuses' => StatusScreen::class,
            'prices' => PricesScreen::class,
            'settings' => SettingsScreen::class,
            'waiting' => WaitingScreen::class,
        ];
        $class = isset($classes[$name]) ? $classes[$name] : MappingScreen::class;

        return new $class($this->shop, $name);
    }

    /**
     * Refuse users without the right, and changes that were not posted.
     */
    private function demand(string $right, string $name): void
    {
        $route = $this->shop->platform()->screenRoute($name);

        if (!$this->shop->may('access', $route) || !$this->shop->may($right, $route)) {
            throw $this->ownProblem('permission');
        }

        if ($right === 'modify' && !$this->shop->isPost()) {
            throw $this->ownProblem('method');
        }
    }

    /**
     * @param mixed $result
     */
    private function answer(Screen $screen, string $kind, $result): void
    {
        if ($kind === 'json') {
            $this->json($result);
        } elseif ($kind === 'part') {
            $this->shop->respond((string)$result);
        } else {
            $this->shop->respond($screen->page($result));
        }
    }

    private function answerProblem(Screen $screen, string $kind, Problem $problem): void
    {
        if ($kind === 'json') {
            $this->json(['problem' => $screen->problemData($problem)]);
        } elseif ($kind === 'part') {
            $this->shop->respond($screen->problemHtml($problem));
        } else {
            $this->shop->respond($screen->page(['body' => $screen->problemHtml($problem), 'failed' => true]));
        }
    }

    /**
     * @param mixed $data
     */
    private function json($data): void
    {
        $text = json_encode($data, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
        $this->shop->respond((string)$text, 'application/json');
    }

    private function ownProblem(string $name): Problem
    {
        $words = $this->shop->words();

        return new Problem(
            'shop.' . $name,
            $words->get('problem_shop_' . $name . '_cause'),
            $words->get('problem_shop_' . $name . '_fix')
        );
    }
}

<?php

namespace ErpBridge\Screen;

use ErpBridge\Agent\Client;
use ErpBridge\Agent\CurlTransport;
use ErpBridge\Agent\PingCheck;
use ErpBridge\Install\EventList;
use ErpBridge\Install\Installer;
use ErpBridge\OpenCart\Settings;
use ErpBridge\Problem;
use ErpBridge\Security\PairingKey;
use ErpBridge\Version;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * The module's settings: where the agent is, the pairing key, a test that says what is wrong, events.
 */
final class SettingsScreen extends Screen
{
    public function handlers(): array
    {
        return [
            'index' => ['access', 'page'],
            'save' => ['modify', 'json'],
            'test' => ['modify', 'json'],
            'repair' => ['modify', 'json'],
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function index(): array
    {
        $settings = new Settings($this->shop);
        $key = $settings->key();
        $toolbar = [];

        if ($this->mayModify()) {
            $toolbar[] = $this->button('test', 'button_test', 'light', 'test');
            $toolbar[] = $this->button('save', 'button_save', 'primary', 'save');
        }

        $toolbar[] = $this->button('back', 'button_back', 'light', '', $this->modulesLink());

        return [
            'toolbar' => $toolbar,
            'body' => $this->view('settings', [
                'url' => $settings->url(),
                'ca_file' => $settings->caFile(),
                'key_masked' => $key ? $key->masked() : '',
                'events' => $this->eventsHtml(),
                'may_modify' => $this->mayModify(),
                'version' => Version::NUMBER,
                'opencart' => $this->shop->platform()->version(),
            ]),
        ];
    }

    /**
     * @return array<string, mixed>
     */
    public function save(): array
    {
        list($url, $key, $caFile) = $this->form();
        (new Settings($this->shop))->save($url, $key, $caFile, time());
        $now = (new Settings($this->shop))->key();

        $masked = $now ? $now->masked() : '';

        return [
            'message' => $this->words->get('settings_saved'),
            'masked' => $masked,
            'key_state' => $this->words->get('settings_key_stored', ['key' => $masked]),
        ];
    }

    /**
     * Try the settings as they stand in the form, without storing them.
     *
     * @return array<string, mixed>
     */
    public function test(): array
    {
        list($url, $key, $caFile) = $this->form();
        $settings = new Settings($this->shop);
        $client = new Client($url, $key ?: $settings->key(), new CurlTransport($caFile), $this->words);
        $shop = ['database' => DB_DATABASE, 'prefix' => DB_PREFIX, 'url' => $this->shop->url()];
        $whole = EventList::isWhole((new Installer($this->shop))->checkEvents());
        $findings = (new PingCheck($client, $this->words))->findings($shop, $whole);

        return ['html' => $this->view('findings', ['findings' => $findings])];
    }

    /**
     * Mend tables and events; permissions and settings stay as they are.
     *
     * @return array<string, mixed>
     */
    public function repair(): array
    {
        (new Installer($this->shop))->repair();

        return ['message' => $this->words->get('events_repaired'), 'events' => $this->eventsHtml()];
    }

    protected function scripts(): array
    {
        return ['erp_bridge_core', 'erp_bridge_settings'];
    }

    private function eventsHtml(): string
    {
        $difference = (new Installer($this->shop))->checkEvents();

        return $this->view('events', [
            'whole' => EventList::isWhole($difference),
            'difference' => $difference,
            'count' => count((new EventList($this->shop->platform()))->expected()),
        ]);
    }

    /**
     * Read and check the form.
     *
     * @return array{0: string, 1: PairingKey|null, 2: string}
     */
    private function form(): array
    {
        $url = rtrim(trim($this->shop->posted('url')), '/');
        $typed = trim($this->shop->posted('key'));
        $caFile = trim($this->shop->posted('ca_file'));
        $key = PairingKey::parse($typed);
        $fields = [];

        if (!preg_match('~^https?://[^\s/?#@]+(/[^\s?#]*)?$~Di', $url)) {
            $fields['url'] = [$this->words->get('error_url')];
        }

        if ($typed !== '' && $key === null) {
            $fields['key'] = [$this->words->get('error_key')];
        }

        if ($caFile !== '' && !is_readable($caFile)) {
            $fields['ca_file'] = [$this->words->get('error_ca_file')];
        }

        if ($fields) {
            throw new Problem(
                'shop.form',
                $this->words->get('problem_shop_form_cause'),
                $this->words->get('problem_shop_form_fix'),
                '',
                $fields
            );
        }

        return [$url, $key, $caFile];
    }

    private function modulesLink(): string
    {
        return $this->shop->link($this->shop->platform()->modulesRoute(), ['type' => 'module']);
    }
}

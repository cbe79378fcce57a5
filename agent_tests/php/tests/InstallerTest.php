<?php

namespace ErpBridgeTests;

use ErpBridge\Install\EventList;
use ErpBridge\Install\Installer;
use ErpBridge\OpenCart\Settings;
use ErpBridge\OpenCart\Shop;
use ErpBridge\Platform;
use ErpBridge\Security\PairingKey;
use PHPUnit\Framework\TestCase;

final class InstallerTest extends TestCase
{
    /** @var Registry */
    private $registry;

    /** @var Database */
    private $db;

    /** @var Groups */
    private $groups;

    /** @var SettingModel */
    private $settings;

    private function shop(string $version): Shop
    {
        $db = Database::real();

        if ($db === null) {
            self::markTestSkipped('ERP_BRIDGE_TEST_DB names no server');
        }

        $this->db = $db;
        $described = $version[0] === '4' ? '`description` TEXT NOT NULL,' : '';
        $db->query('CREATE TABLE oc_event (event_id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(64) NOT NULL, '
            . $described . ' `trigger` TEXT NOT NULL, action TEXT NOT NULL, status TINYINT(1) NOT NULL,'
            . ' sort_order INT(3) NOT NULL)');
        $db->query("INSERT INTO oc_event SET code = 'other', `trigger` = 't', action = 'a', status = 1, sort_order = 0"
            . ($described ? ", description = ''" : ''));

        if ($described) {
            $db->query('CREATE TABLE oc_extension_path (extension_path_id INT AUTO_INCREMENT PRIMARY KEY,'
                . ' extension_install_id INT NOT NULL, path VARCHAR(255) NOT NULL)');
            $db->query("INSERT INTO oc_extension_path (extension_install_id, path) VALUES (1, 'erp_bridge'),"
                . " (1, 'erp_bridge/upload'), (1, 'erp_bridge/upload/admin/x.php'), (2, 'other/upload/y.php')");
            @mkdir(DIR_EXTENSION . 'erp_bridge/upload/admin', 0700, true);
            touch(DIR_EXTENSION . 'erp_bridge/upload/admin/x.php');
        }

        $this->groups = new Groups();
        $this->settings = new SettingModel();
        $this->registry = new Registry([
            'db' => $db,
            'model_user_user_group' => $this->groups,
            'model_setting_setting' => $this->settings,
        ]);
        $db->query('CREATE TABLE oc_user_group (user_group_id INT AUTO_INCREMENT PRIMARY KEY, permission TEXT NOT NULL)');

        return new Shop($this->registry, new Platform($version));
    }

    /**
     * @return array<int, array{0: string}>
     */
    public function versions(): array
    {
        return [['3.0.5.1'], ['4.0.2.3'], ['4.1.0.4']];
    }

    /**
     * @dataProvider versions
     */
    public function testInstallsTwiceAndUninstallsKeepingData(string $version): void
    {
        $shop = $this->shop($version);
        $installer = new Installer($shop);
        $installer->install();
        $this->db->query("INSERT INTO oc_erp_outbox SET kind = 'product', record_id = 1, action = 'save',"
            . ' date_added = UTC_TIMESTAMP()');
        $installer->install();
        $events = $this->db->rows("SELECT COUNT(*) n FROM oc_event WHERE code = 'erp_bridge'")[0]['n'];
        self::assertSame(count((new EventList(new Platform($version)))->expected()), (int)$events);
        self::assertTrue(EventList::isWhole($installer->checkEvents()));

        $routes = (new Platform($version))->permissionRoutes();
        sort($routes);

        foreach (['access', 'modify'] as $right) {
            $given = $this->groups->permission[$right];
            sort($given);
            self::assertSame($routes, $given, 'each once');
        }

        $installer->uninstall();
        self::assertSame([['code' => 'other']], $this->db->rows('SELECT code FROM oc_event'));
        self::assertSame('1', $this->db->rows('SELECT COUNT(*) n FROM oc_erp_outbox')[0]['n'], 'the outbox is kept');
        self::assertFalse(EventList::isWhole($installer->checkEvents()));
    }

    /**
     * Take routes from the user's group, as the owner does under User Groups.
     */
    private function withhold(string ...$routes): void
    {
        foreach (['access', 'modify'] as $right) {
            $this->groups->permission[$right] = array_values(array_diff($this->groups->permission[$right], $routes));
        }
    }

    /**
     * @dataProvider versions
     */
    public function testRepairingAndUpgradingLeaveWithheldRightsAlone(string $version): void
    {
        $shop = $this->shop($version);
        $installer = new Installer($shop);
        $installer->install();
        self::assertFalse($installer->isOutdated());
        $withheld = $shop->platform()->screenRoute('connections');
        $new = $shop->platform()->screenRoute('conflicts');
        $config = $this->registry->get('config');
        $this->withhold($withheld, $new);

        $this->db->query("DELETE FROM oc_event WHERE code = 'erp_bridge'");
        $this->db->query('DROP TABLE oc_erp_outbox');
        $installer->repair();
        self::assertTrue(EventList::isWhole($installer->checkEvents()));
        self::assertCount(1, $this->db->rows("SHOW TABLES LIKE 'oc_erp_outbox'"));
        self::assertNotContains($new, $this->groups->permission['access'], 'a repair gives no rights');

        (new Settings($shop))->save('http://10.0.0.1:9', null, '', 1000);
        $config->set(Installer::WIRING, 'older');
        $noted = explode(',', (string)$config->get(Installer::ROUTES));
        $config->set(Installer::ROUTES, implode(',', array_diff($noted, [$new])));
        self::assertTrue($installer->isOutdated());
        $installer->upgrade();

        foreach (['access', 'modify'] as $right) {
            self::assertContains($new, $this->groups->permission[$right], 'a screen that is new');
            self::assertNotContains($withheld, $this->groups->permission[$right]);
        }

        self::assertFalse($installer->isOutdated());
    }

    /**
     * Uninstall the module as OpenCart does: it drops the settings of the module's own code.
     */
    private function uninstall(Installer $installer): void
    {
        foreach (array_keys($this->settings->saved[Installer::SETTINGS]) as $key) {
            $this->registry->get('config')->set($key, null);
        }

        unset($this->settings->saved[Installer::SETTINGS]);
        $installer->uninstall();
    }

    /**
     * @dataProvider versions
     */
    public function testInstallingAnewLeavesWithheldRightsAlone(string $version): void
    {
        $shop = $this->shop($version);
        $installer = new Installer($shop);
        $installer->install();
        $withheld = $shop->platform()->screenRoute('connections');
        $new = $shop->platform()->screenRoute('conflicts');
        $config = $this->registry->get('config');
        $this->withhold($withheld, $new);
        $noted = explode(',', (string)$config->get(Installer::ROUTES));
        $config->set(Installer::ROUTES, implode(',', array_diff($noted, [$new])));
        $this->uninstall($installer);
        $installer->install();

        foreach (['access', 'modify'] as $right) {
            self::assertContains($new, $this->groups->permission[$right], 'a screen that is new');
            self::assertNotContains($withheld, $this->groups->permission[$right]);
        }

        self::assertFalse($installer->isOutdated());
        $this->uninstall($installer);
        $this->groups->permission = array_fill_keys(['access', 'modify'], [$shop->platform()->screenRoute('settings')]);
        $installer->install();

        foreach (['access', 'modify'] as $right) {
            self::assertContains($withheld, $this->groups->permission[$right], 'a group that has no screen gets all');
        }
    }

    public function testRoutesThatAVersionBeforeNotedAreTakenOver(): void
    {
        $shop = $this->shop('3.0.5.1');
        $installer = new Installer($shop);
        $installer->install();
        $withheld = $shop->platform()->screenRoute('connections');
        $config = $this->registry->get('config');
        $this->withhold($withheld);
        $config->set(Installer::OLD_ROUTES, $config->get(Installer::ROUTES));
        $config->set(Installer::ROUTES, null);
        $config->set(Installer::WIRING, 'older');
        self::assertTrue($installer->isOutdated());
        $installer->upgrade();
        self::assertNotContains($withheld, $this->groups->permission['access']);
        self::assertFalse($installer->isOutdated());
    }

    public function testASetUpWithoutItsRoutesNotedHadThoseThatSomebodyMayUse(): void
    {
        $shop = $this->shop('3.0.5.1');
        $installer = new Installer($shop);
        $installer->install();
        $withheld = $shop->platform()->screenRoute('connections');
        $new = $shop->platform()->screenRoute('conflicts');
        $others = $this->groups->permission;
        $others['access'] = array_values(array_diff($others['access'], [$new]));
        $others['modify'] = [];
        $this->db->query("INSERT INTO oc_user_group SET permission = ''");
        $this->db->query("INSERT INTO oc_user_group SET permission = '"
            . $this->db->escape((string)json_encode($others)) . "'");
        $config = $this->registry->get('config');

        $this->withhold($withheld, $new);
        $config->set(Installer::ROUTES, null);
        self::assertTrue($installer->isOutdated(), 'its routes are noted soon');
        $installer->upgrade();
        self::assertNotContains($new, $this->groups->permission['access'], 'nothing is new');

        $config->set(Installer::ROUTES, null);
        $config->set(Installer::WIRING, 'older');
        $installer->upgrade();
        self::assertContains($new, $this->groups->permission['modify']);
        self::assertNotContains($withheld, $this->groups->permission['access']);
    }

    public function testTakesAwayWhatIsForOpenCart3(): void
    {
        (new Installer($this->shop('4.0.2.3')))->install();
        self::assertDirectoryDoesNotExist(DIR_EXTENSION . 'erp_bridge/upload');
        self::assertDirectoryExists(DIR_EXTENSION . 'erp_bridge/admin');
        self::assertSame(
            ['erp_bridge', 'other/upload/y.php'],
            array_column($this->db->rows('SELECT path FROM oc_extension_path ORDER BY path'), 'path')
        );
    }

    public function testMendsEventsAfterAnUpgradeOfOpenCart(): void
    {
        $before = $this->shop('4.0.2.3');
        (new Installer($before))->install();
        $after = new Installer(new Shop($this->registry, new Platform('4.1.0.4')));
        self::assertFalse(EventList::isWhole($after->checkEvents()));
        $after->repairEvents();
        self::assertTrue(EventList::isWhole($after->checkEvents()));
    }

    public function testSettingsKeepTheKeyAndRememberTheOneBefore(): void
    {
        $shop = $this->shop('4.1.0.4');
        $settings = new Settings($shop);
        $first = PairingKey::parse('erpb1.a1b2c3d4.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8');
        $second = PairingKey::parse('erpb1.zz00zz00.AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw');
        self::assertSame('http://127.0.0.1:8765', $settings->url());
        self::assertSame([], $settings->liveKeys(1000));
        $settings->save('http://10.0.0.1:9/', $first, '', 1000);
        $settings->save('http://10.0.0.1:9/', null, '/ca.pem', 1001);
        self::assertSame('a1b2c3d4', $settings->key()->id());
        self::assertSame('http://10.0.0.1:9', $settings->url());
        self::assertSame('/ca.pem', $settings->caFile());
        $settings->save('http://10.0.0.1:9', $second, '', 2000);
        $ids = function (int $now) use ($settings) {
            return array_map(function ($key) {
                return $key->id();
            }, $settings->liveKeys($now));
        };
        self::assertSame(['zz00zz00', 'a1b2c3d4'], $ids(2000 + Settings::OLD_KEY_LIFE));
        self::assertSame(['zz00zz00'], $ids(2001 + Settings::OLD_KEY_LIFE));
    }
}

final class SettingModel
{
    /** @var array<string, array<string, mixed>> by their code */
    public $saved = [];

    /**
     * @param array<string, mixed> $values
     */
    public function editSetting(string $code, array $values): void
    {
        foreach (array_keys($values) as $key) {
            if (strpos($key, $code) !== 0) {
                throw new \LogicException('OpenCart would drop ' . $key);
            }
        }

        $this->saved[$code] = $values;
    }
}

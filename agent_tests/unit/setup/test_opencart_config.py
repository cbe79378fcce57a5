from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.setup.extension import copy_extension, remove_extension
from agent.setup.opencart_config import database_password, php_constants, read_store

CONFIG_4 = r"""<?php
// APPLICATION
define('APPLICATION', 'Catalog');
define('HTTP_SERVER', 'http://shop.example/');
define('DIR_OPENCART', '/srv/shop/');
# define('DIR_IMAGE', '/wrong/');
define('DIR_IMAGE', DIR_OPENCART . 'image/');
define('DIR_STORAGE', __DIR__ . '/../storage/');
/* define('DB_HOSTNAME', 'commented'); */
define('DB_HOSTNAME', 'db.example');
define('DB_USERNAME', "shop");
define('DB_PASSWORD', 'it\'s "secret"); // really\\');
define('DB_DATABASE', 'shopdb');
define('DB_PREFIX', 'oc_');
define('DB_PORT', '3307');
define('ODD', getenv('X'));
"""


@pytest.fixture
def store_root(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "backoffice").mkdir(parents=True)
    (root / "config.php").write_text(CONFIG_4.replace("/srv/shop/", f"{root}/"))
    (root / "index.php").write_text("<?php\n// Version\ndefine('VERSION', '4.0.2.3');\n")
    (root / "backoffice" / "config.php").write_text("<?php define('HTTP_CATALOG', 'x');")
    return root


def test_reads_what_a_config_says(store_root: Path) -> None:
    store = read_store(store_root)
    assert (store.db_host, store.db_port, store.db_name) == ("db.example", 3307, "shopdb")
    assert (store.db_user, store.db_prefix) == ("shop", "oc_")
    assert store.image_dir == store_root / "image"
    assert store.admin_dir == store_root / "backoffice"
    assert (store.version, store.major) == ("4.0.2.3", 4)
    assert store.url == "http://shop.example/"
    assert database_password(store_root) == 'it\'s "secret"); // really\\'


def test_leaves_out_what_it_cannot_know() -> None:
    values = php_constants("define('A', 'x' . UNKNOWN); define('B', A); define('C', '1');", Path())
    assert values == {"C": "1"}


def test_an_empty_folder_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.php is missing") as caught:
        read_store(tmp_path)
    assert "index.php" in caught.value.fix


def make_package(tmp_path: Path) -> Path:
    package = tmp_path / "erp_bridge.ocmod.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("install.json", "{}")
        archive.writestr("admin/controller/four.php", "4")
        archive.writestr("upload/admin/controller/extension/module/erp_bridge.php", "3")
        archive.writestr("upload/system/library/erp_bridge/core.php", "lib")
        archive.writestr("upload/../evil.php", "no")
    return package


def test_4x_gets_the_package_in_storage(store_root: Path, tmp_path: Path) -> None:
    store = read_store(store_root)
    written = copy_extension(store, make_package(tmp_path))
    assert [p.name for p in written] == ["erp_bridge.ocmod.zip"]
    assert written[0].parent == store.storage_dir / "marketplace"


def test_3x_gets_files_in_a_renamed_admin_and_gives_them_back(
    store_root: Path, tmp_path: Path
) -> None:
    (store_root / "index.php").write_text("<?php define('VERSION', '3.0.3.9');")
    store = read_store(store_root)
    package = make_package(tmp_path)
    copy_extension(store, package)
    controller = store_root / "backoffice/controller/extension/module/erp_bridge.php"
    assert controller.read_text() == "3"
    assert (store_root / "system/library/erp_bridge/core.php").exists()
    assert not list(store_root.rglob("evil.php"))
    assert len(remove_extension(store, package)) == 2
    assert not controller.exists()

"""The extension's PHP: syntax, coding standard, unit tests, and the package."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from agent_tests.lab.mariadb import MariaDb

HERE = Path(__file__).resolve().parent
EXTENSION = HERE.parents[1] / "opencart_extension"


def need(program: str, package: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (apt install {package})")


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """Give the packaging script as a module."""
    spec = importlib.util.spec_from_file_location("extension_build", EXTENSION / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_syntax_and_coding_standard() -> None:
    need("php", "php-cli")
    result = subprocess.run([HERE / "lint.sh"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_unit_tests(mariadb: MariaDb) -> None:
    need("phpunit", "phpunit")
    result = subprocess.run(
        ["phpunit", "-c", HERE / "phpunit.xml"],
        capture_output=True,
        text=True,
        env={**os.environ, "ERP_BRIDGE_TEST_DB": f"127.0.0.1:{mariadb.port}"},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "ERP_BRIDGE_TEST_DB names no server" not in result.stdout


def test_package_holds_both_layouts(builder: ModuleType, tmp_path: Path) -> None:
    target = builder.build(tmp_path)
    assert target == tmp_path / "erp_bridge.ocmod.zip"
    with zipfile.ZipFile(target) as package:
        names = set(package.namelist())
        about = json.loads(package.read("install.json"))
        shared = [n for n in names if n.startswith("system/")]
        for name in shared:
            assert package.read(name) == package.read(f"upload/{name}")
    assert len(shared) > 30
    assert all(about[k] for k in ("name", "version", "author", "link"))
    for wanted in (
        "admin/controller/module/erp_bridge.php",
        "admin/language/en-gb/erp_bridge.php",
        "catalog/controller/event.php",
        "upload/admin/controller/extension/module/erp_bridge.php",
        "upload/admin/language/en-gb/extension/erp_bridge/erp_bridge.php",
        "upload/admin/view/template/extension/erp_bridge/layout.twig",
        "upload/admin/view/javascript/erp_bridge_core.js",
        "upload/catalog/controller/extension/erp_bridge/event.php",
    ):
        assert wanted in names
    assert not [n for n in names if n.endswith((".py", ".dist")) or "/." in n]


def test_every_controller_has_its_shell_for_opencart_3(builder: ModuleType) -> None:
    content = builder.entries()
    four = {Path(n).name for n in content if n.startswith("admin/controller/")}
    three = {Path(n).name for n in content if n.startswith("upload/admin/controller/")}
    assert three == four


def test_a_changed_file_has_another_time(
    builder: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    tree = tmp_path / "tree"
    shutil.copytree(EXTENSION, tree)
    changed = tree / "admin/language/en-gb/erp_bridge.php"
    os.utime(changed, (1_700_000_000, 1_700_000_000))
    with zipfile.ZipFile(builder.build(tmp_path / "out", tree)) as package:
        for name in (
            "admin/language/en-gb/erp_bridge.php",
            "upload/admin/language/en-gb/extension/erp_bridge/erp_bridge.php",
        ):
            assert package.getinfo(name).date_time == (2023, 11, 14, 22, 13, 20)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("install.json", '{"name": "x", "version": "1.0.0", "author": ""}', "author, link"),
        ("install.json", '{"name": "x", "version": "9", "author": "a", "link": "l"}', "versions"),
        ("admin/controller/event.php", "<?php echo 1;", "not guarded"),
        ("oc3/admin/controller/other/x.php", "<?php if (!defined('DIR_X')) {}", "refuses"),
    ],
)
def test_a_broken_tree_is_not_packaged(
    builder: ModuleType, tmp_path: Path, path: str, text: str, said: str
) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(EXTENSION, tree)
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text)
    with pytest.raises(builder.BuildError, match=said):
        builder.build(tmp_path / "out", tree)
    assert not (tmp_path / "out").exists()

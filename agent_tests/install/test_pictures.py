"""Pictures of the ERP can come into the shop from the installed service, and nothing else can."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.config_file import render
from agent_tests.install.ground import ROOT

SERVICE = "nobody"
GAMES = pwd.getpwnam("games").pw_uid
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")


@pytest.fixture
def shop() -> Iterator[Path]:
    """Give the image folder of a shop that other users can reach, unlike the tests' own."""
    made = Path(tempfile.mkdtemp(prefix="a shop 100%"))
    made.chmod(0o755)
    (made / "image/catalog").mkdir(parents=True)
    yield made / "image"
    shutil.rmtree(made)


def config(shop: Path) -> Path:
    path = shop.parent / "agent.toml"
    path.write_text(render({"database": {"name": "shop"}, "shop": {"image_dir": str(shop)}}))
    return path


def setup(command: str, shop: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "agent.setup", command, "--config", config(shop), *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def run_as(user: str | int, *command: str | Path) -> int:
    who = pwd.getpwnam(user) if isinstance(user, str) else pwd.getpwuid(user)
    done = subprocess.run(command, user=who.pw_uid, group=who.pw_gid, extra_groups=[], check=False)
    return done.returncode


@AS_ROOT
@pytest.mark.parametrize("group", ["www-data", "root"])
def test_service_and_shop_both_write_pictures(shop: Path, group: str) -> None:
    shop_user = pwd.getpwnam("www-data")
    for path in (shop, shop / "catalog"):
        shutil.chown(path, "www-data", group)
    assert "catalog/erp" in setup("open-pictures", shop, "--user", SERVICE)
    pictures = shop / "catalog/erp"
    assert run_as(SERVICE, "mkdir", "-m", "775", pictures / "9f") == 0
    assert run_as(SERVICE, "touch", pictures / "9f/red-mug.png") == 0
    assert run_as("www-data", "cat", pictures / "9f/red-mug.png") == 0
    assert run_as(SERVICE, "touch", shop / "catalog/other.png") != 0
    assert run_as("www-data", "rm", pictures / "9f/red-mug.png") == 0
    assert (shop / "catalog").stat().st_uid == shop_user.pw_uid


@AS_ROOT
def test_a_group_that_writes_the_shop_keeps_writing(shop: Path) -> None:
    os.chown(shop / "catalog", pwd.getpwnam("games").pw_uid, pwd.getpwnam("www-data").pw_gid)
    (shop / "catalog").chmod(0o775)
    setup("open-pictures", shop, "--user", SERVICE)
    assert run_as("www-data", "touch", shop / "catalog/erp/x") == 0


@AS_ROOT
def test_what_root_or_the_shop_made_before_is_mended(shop: Path) -> None:
    old = shop / "catalog/erp/9f"
    old.mkdir(parents=True)
    setup("open-pictures", shop, "--user", SERVICE)
    assert run_as(SERVICE, "touch", old / "red-mug.png") == 0


@AS_ROOT
def test_a_link_is_not_followed(shop: Path) -> None:
    target = shop.parent / "precious"
    target.mkdir()
    (shop / "catalog/erp").symlink_to(target)
    said = setup("open-pictures", shop, "--user", SERVICE)
    assert "cannot be made ready" in said
    assert "Fix: " in said
    assert target.stat().st_uid == 0
    (shop / "catalog/erp").unlink()
    (shop / "catalog/erp").mkdir()
    (shop / "catalog/erp/9f").symlink_to(target)
    setup("open-pictures", shop, "--user", SERVICE)
    assert target.stat().st_uid == 0
    assert not stat.S_IMODE(target.stat().st_mode) & stat.S_ISGID


def untouched(folder: Path) -> bool:
    """Tell whether a folder of games, and what is in it, is as its owner made it."""
    found = [path.stat() for path in (folder, *folder.rglob("*"))]
    return {(f.st_uid, stat.S_IMODE(f.st_mode)) for f in found} == {(GAMES, 0o700)}


def private(folder: Path) -> Path:
    """Make folders that another user of the machine keeps for itself."""
    (folder / "erp/letters").mkdir(parents=True)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700)
        os.chown(path, GAMES, 0)
    return folder


@AS_ROOT
@pytest.mark.parametrize("link", ["image", "image/catalog"])
@pytest.mark.parametrize("direct", [True, False])
def test_a_link_that_the_shop_made_is_not_followed(shop: Path, link: str, *, direct: bool) -> None:
    alice = private(shop.parent / "alice")
    place = shop.parent / link
    shutil.rmtree(place)
    if link == "image":
        private(alice / "catalog")
    made = place
    if not direct:  # root's link leads to one of the shop
        made = shop.parent / "media"
        place.symlink_to(made)
    made.symlink_to(alice)
    os.chown(made, pwd.getpwnam("www-data").pw_uid, 0, follow_symlinks=False)
    said = setup("open-pictures", shop, "--user", SERVICE)
    assert f"{made} cannot be made ready" in said
    assert f"chown -h root '{made}'" in said
    assert untouched(alice)


@AS_ROOT
@pytest.mark.parametrize("target", ["../shared/media", "{shop}/shared/media"])
def test_a_link_that_root_made_is_followed(shop: Path, target: str) -> None:
    (shop.parent / "shared/media").mkdir(parents=True)
    (shop / "catalog").rmdir()
    (shop / "catalog").symlink_to(target.format(shop=shop.parent))
    setup("open-pictures", shop, "--user", SERVICE)
    assert run_as(SERVICE, "touch", shop.parent / "shared/media/erp/red-mug.png") == 0


@AS_ROOT
def test_links_in_a_circle_are_told(shop: Path) -> None:
    (shop / "catalog").rmdir()
    (shop / "catalog").symlink_to("catalog")
    assert "cannot be made ready" in setup("open-pictures", shop, "--user", SERVICE)


@AS_ROOT
def test_a_link_above_the_shop_is_followed(shop: Path) -> None:
    above = shop.parent / "www"
    above.symlink_to(shop.parent)
    os.chown(above, GAMES, 0, follow_symlinks=False)
    setup("open-pictures", above / "image", "--user", SERVICE)
    assert (shop / "catalog/erp").owner() == SERVICE


@AS_ROOT
def test_folders_of_others_are_left_alone(shop: Path) -> None:
    others = private(shop / "catalog/others") / "erp"
    others.rename(shop / "catalog/erp")
    said = setup("open-pictures", shop, "--user", SERVICE)
    assert f"it belongs to the user {GAMES}" in said
    assert untouched(shop / "catalog/erp")
    (shop / "catalog/erp").rename(shop / "catalog/kept")
    setup("open-pictures", shop, "--user", SERVICE)
    (shop / "catalog/kept").rename(shop / "catalog/erp/kept")
    (shop / "catalog/erp/9f").mkdir()
    setup("open-pictures", shop, "--user", SERVICE)
    assert untouched(shop / "catalog/erp/kept")
    assert (shop / "catalog/erp/9f").owner() == SERVICE


@AS_ROOT
def test_pictures_stay_when_the_service_goes(shop: Path) -> None:
    for path in (shop, shop / "catalog"):
        shutil.chown(path, "www-data", "www-data")
    setup("open-pictures", shop, "--user", SERVICE)
    run_as(SERVICE, "touch", shop / "catalog/erp/red-mug.png")
    setup("leave-pictures", shop, "--user", SERVICE)
    for path in (shop / "catalog/erp", shop / "catalog/erp/red-mug.png"):
        assert path.owner() == "www-data"


@AS_ROOT
def test_what_the_service_writes_until_it_stops_stays_the_shops(shop: Path) -> None:
    for path in (shop, shop / "catalog"):
        shutil.chown(path, "www-data", "www-data")
    setup("open-pictures", shop, "--user", SERVICE)
    program = shop.parent / "opt"
    (program / "venv/bin").mkdir(parents=True)
    (program / "venv/bin/python").touch(mode=0o755)
    late = shop / "catalog/erp/late.png"
    script = f"""set -euo pipefail
        ROOT="{ROOT}"; . "$ROOT/scripts/common.sh"; . "$ROOT/scripts/uninstall.sh"
        read_uninstall_options() {{
            assume_yes=1 purge=1 opencart='' PREFIX='' SERVICE_USER="{SERVICE}" setup=()
            HOME_DIR="{program}" CONFIG="{config(shop)}" CONFIG_DIR="{shop.parent}/etc"
            DATA_DIR="{shop.parent}/data" UNIT="{shop.parent}/none"
        }}
        set_up() {{ [ -d "{program}" ] && "{sys.executable}" -m agent.setup "$@"; }}
        drop_mysql_user() {{ :; }}
        userdel() {{ :; }}
        remove_service() {{ touch "{late}"; chown "{SERVICE}" "{late}"; }}
        run_uninstall"""
    subprocess.run(["bash", "-c", script], check=True, capture_output=True, cwd=ROOT)
    assert late.owner() == "www-data"
    assert not program.exists()


def unit(shop: Path) -> list[str]:
    script = f"""set -euo pipefail
        . "{ROOT}/scripts/common.sh"; . "{ROOT}/scripts/install.sh"; places ""
        set_up() {{ "{sys.executable}" -m agent.setup "$@"; }}
        PREFIX="{shop.parent}/root" CONFIG="{config(shop)}" UNIT="{shop.parent}/erp-bridge.service"
        HOME_DIR="{shop.parent}" service=1; make_service"""
    subprocess.run(["bash", "-c", script], check=True, capture_output=True, cwd=ROOT)
    return (shop.parent / "erp-bridge.service").read_text().splitlines()


def test_the_unit_lets_the_service_reach_the_pictures(shop: Path) -> None:
    lines = unit(shop)
    path = str(shop).replace("%", "%%")
    assert f'ReadWritePaths="-{path}"' in lines
    assert 'ReadWritePaths="/var/lib/erp-bridge"' in lines
    assert sum(line.startswith("ReadWritePaths=") for line in lines) == 2


def test_a_link_out_of_the_shop_is_in_the_unit(shop: Path) -> None:
    (shop.parent / "shared").mkdir()
    (shop / "catalog").rmdir()
    (shop / "catalog").symlink_to(shop.parent / "shared")
    path = str(shop.parent / "shared/erp").replace("%", "%%")
    assert f'ReadWritePaths="-{path}"' in unit(shop)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_reads_the_unit_without_complaint(shop: Path) -> None:
    file = shop.parent / "erp-bridge.service"
    unit(shop)
    program = str(shop.parent).replace("%", "%%") + "/venv/bin/erp-bridge"
    text = file.read_text().replace(program, "/bin/true")
    file.write_text(text.replace("User=erp-bridge", "User=www-data"))
    done = subprocess.run(
        ["systemd-analyze", "verify", file], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "erp-bridge.service" in line]
    assert told == []

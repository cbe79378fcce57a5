"""The folder of the shared session is the agent's alone, and root is led nowhere by it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.erp.sap_b1.client import Client
from agent.errors import ConfigError
from agent_tests.unit.sap_b1.conftest import PASSWORD, Open

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for the agent's user")


def foreign_folder(folder: Path) -> Path:
    """Make a folder of root's beside the agent's own, with a file in it."""
    made = folder.parent / "foreign"
    made.mkdir(mode=0o700)
    (made / "shadow").touch(mode=0o600)
    return made


def owners(folder: Path) -> set[tuple[int, int]]:
    found = [path.stat() for path in (folder, *folder.iterdir())]
    return {(status.st_uid, status.st_gid) for status in found}


def test_only_the_user_can_read_it(client: Client, folder: Path) -> None:
    client.count("Items")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert all(PASSWORD not in file.read_text() for file in files)


def test_a_folder_that_others_can_read_is_refused(client: Client, folder: Path) -> None:
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(ConfigError) as caught:
        client.count("Items")
    assert caught.value.code == "sap_b1.session_folder"


@AS_ROOT
@pytest.mark.parametrize("locked_out", [False, True])
def test_what_root_makes_belongs_to_the_agents_user(
    client: Client, folder: Path, locked_out: bool
) -> None:
    if locked_out:  # as earlier versions left it
        folder.mkdir(mode=0o700)
        (folder / "old.json").touch(mode=0o600)
    os.chown(folder.parent, 12345, 12346)
    client.count("Items")
    made = [folder, *folder.iterdir()]
    assert len(made) == 4 + locked_out
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(12345, 12346)}


@AS_ROOT
def test_root_follows_no_link_of_the_agents_user(client: Client, folder: Path) -> None:
    os.chown(folder.parent, 12345, 12346)
    foreign = foreign_folder(folder)
    folder.symlink_to(foreign)
    with pytest.raises(ConfigError) as caught:
        client.count("Items")
    assert caught.value.code == "sap_b1.session_folder"
    assert owners(foreign) == {(0, 0)}
    assert [path.name for path in foreign.iterdir()] == ["shadow"]


@AS_ROOT
@pytest.mark.parametrize("suffix", [".lock", ".users"])
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_root_gives_no_linked_file_away(
    open_client: Open, folder: Path, suffix: str, link: Callable[[Path, Path], None]
) -> None:
    foreign = foreign_folder(folder)
    os.chown(folder.parent, 12345, 12346)
    first = open_client()
    first.count("Items")
    first.close()
    (file,) = folder.glob(f"*{suffix}")
    file.unlink()
    link(foreign / "shadow", file)
    with pytest.raises(ConfigError) as caught:
        open_client().count("Items")
    assert caught.value.code == "sap_b1.session_folder"
    assert owners(foreign) == {(0, 0)}
    file.unlink()


@AS_ROOT
def test_root_gives_away_only_its_own_files(client: Client, folder: Path) -> None:
    foreign = foreign_folder(folder)
    folder.mkdir(mode=0o700)  # as earlier versions left it
    (folder / "linked").hardlink_to(foreign / "shadow")
    (folder / "private").mkdir()
    os.chown(folder.parent, 12345, 12346)
    client.count("Items")
    assert folder.stat().st_uid == 12345
    assert owners(foreign) == {(0, 0)}
    assert (folder / "private").stat().st_uid == 0

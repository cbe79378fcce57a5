"""``install.sh`` installs what is missing and never takes anything away for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent_tests.install.ground import ROOT

pytestmark = pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is not here")

_INSTALLED = """Package: other-server
Status: install ok installed
Priority: optional
Section: database
Maintainer: nobody <nobody@shop.invalid>
Architecture: all
Version: 8.0
Description: a server with the shop's data in it
"""
_OFFERED = """Package: {name}
Version: 1.0
Architecture: all
Maintainer: nobody <nobody@shop.invalid>
Priority: optional
Section: database
Conflicts: {conflicts}
Filename: ./{name}.deb
Size: 1
SHA256: {hash}
Description: what is asked for
"""


def machine(folder: Path, name: str, conflicts: str) -> dict[str, str]:
    """Lay out a machine of apt's own, on which apt only says what it would do."""
    for below in ("archive", "lists/partial", "cache/archives/partial", "bin", "parts"):
        (folder / below).mkdir(parents=True)
    (folder / "status").write_text(_INSTALLED)
    (folder / "archive" / "Packages").write_text(
        _OFFERED.format(name=name, conflicts=conflicts, hash="0" * 64)
    )
    (folder / "sources.list").write_text(f"deb [trusted=yes] file:{folder}/archive ./\n")
    (folder / "apt.conf").write_text(
        f'Dir::State::status "{folder}/status"; Dir::State::lists "{folder}/lists";'
        f' Dir::Cache "{folder}/cache"; Dir::Etc::sourcelist "{folder}/sources.list";'
        f' Dir::Etc::sourceparts "{folder}/parts"; APT::Get::Simulate "true";'
        ' APT::Sandbox::User "";'
    )
    sudo = folder / "bin" / "sudo"
    sudo.write_text('#!/bin/sh\nexec "$@"\n')
    sudo.chmod(0o755)
    return {
        **os.environ,
        "APT_CONFIG": str(folder / "apt.conf"),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
    }


def need(name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    script = (
        f'set -euo pipefail; . "{ROOT}/scripts/common.sh"; need_packages {name}; echo installed'
    )
    return subprocess.run(
        ["bash", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mariadb-door-core", "Another MySQL or MariaDB server is installed here"),
        ("door-tool", "apt would remove packages that are installed here"),
    ],
)
def test_no_installed_server_is_removed(tmp_path: Path, name: str, said: str) -> None:
    done = need(name, machine(tmp_path, name, "other-server"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "other-server" in done.stderr
    assert said in done.stderr
    assert "Nothing was changed" in done.stderr
    assert "installed" not in done.stdout


def test_what_removes_nothing_is_installed(tmp_path: Path) -> None:
    done = need("door-tool", machine(tmp_path, "door-tool", "nothing-here"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "installed" in done.stdout


TOOLS = ("bash", "cat", "env", "grep", "id", "mktemp", "rm", "tail", "ln")


@pytest.mark.parametrize("offered", [True, False], ids=["archive", "no archive"])
def test_a_machine_without_python_gets_the_systems_own(tmp_path: Path, offered: bool) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(str(shutil.which(name)))
    played = {"sudo": 'exec "$@"', "dpkg-query": "exit 1", "apt-cache": 'test "$2" = python3'}
    if offered:
        played["apt-get"] = (
            f'case "$*" in *install*python3) ln -s {sys.executable} {tools}/python3;; esac'
        )
    for name, text in played.items():
        (tools / name).write_text(f"#!{shutil.which('bash')}\n{text}\n")
        (tools / name).chmod(0o755)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f". '{ROOT}/scripts/common.sh'; find_python"],
        env={"PATH": str(tools), "HOME": str(tmp_path), "ROOT": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if offered:
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"{tools}/python3\n"
    else:
        assert done.returncode == 1
        assert "Python 3.11 or newer is needed" in done.stderr

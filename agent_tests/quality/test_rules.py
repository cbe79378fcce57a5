"""Linters, types, import contracts and shell: each is one test, so that each can fail by name."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> None:
    done = subprocess.run(
        [str(c) for c in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"


def files(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_ruff_finds_nothing() -> None:
    run(BIN / "ruff", "check", ".")


def test_python_is_formatted() -> None:
    run(BIN / "ruff", "format", "--check", ".")


def test_types_hold() -> None:
    run(BIN / "mypy", "agent")


def test_dependencies_point_one_way() -> None:
    run(BIN / "lint-imports", "--no-cache")


def test_shell_scripts_are_sound() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    run("shellcheck", "-x", "install.sh", ".ci/run", *files("scripts/*.sh"))


def test_files_can_be_read_at_one_sitting() -> None:
    long = {
        name: lines
        for name in files("*.py", "*.php", "*.sh")
        if (lines := len((ROOT / name).read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long


@pytest.mark.parametrize(
    ("what", "pattern", "where"),
    [
        ("unfinished work", r"\b(TODO|FIXME|XXX)\b|NotImplementedError|pragma: no cover", "."),
        ("a machine's path", r"/(w[o]rk|r[o]ot|f[a]rm)/|/tmp/l[a]b", "."),
        ("TLS switched off", r"verify\s*=\s*False|SSL_VERIFY(PEER|HOST)\s*[,=>]+\s*(false|0)", "."),
    ],
)
def test_nothing_forbidden_is_in_the_repo(what: str, pattern: str, where: str) -> None:
    own = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name in files()
        if name != own and not name.endswith((".png", ".zip"))
        for number, line in enumerate(
            (ROOT / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if re.search(pattern, line)
    ]
    assert not found, f"{what}: {found}"

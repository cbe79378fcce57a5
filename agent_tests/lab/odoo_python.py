"""A Python of a wanted version, and a virtual environment with Odoo's requirements."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from agent_tests.lab.debian import LabUnavailableError


def find_python(versions: tuple[str, ...]) -> Path:
    """Return a working interpreter of the first of ``versions`` that is found.

    Raises:
        LabUnavailableError: this machine has none of them.
    """
    for version in versions:
        for candidate in _candidates(version):
            if _works(candidate, version):
                return candidate
    wanted = " or ".join(versions)
    raise LabUnavailableError(f"no Python {wanted} is found on this machine")


def make_environment(folder: Path, python: Path, requirements: Path) -> Path:
    """Make a virtual environment with the pinned packages; return its interpreter.

    Raises:
        LabUnavailableError: the packages cannot be installed, for instance without a network.
    """
    subprocess.run([str(python), "-m", "venv", str(folder)], check=True, capture_output=True)
    inside = folder / "bin" / "python"
    done = subprocess.run(
        [
            *(str(inside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-warn-script-location", "-r", str(requirements)),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise LabUnavailableError(
            f"the Python packages of {requirements.name} cannot be installed: "
            f"{(errors or [done.stderr.strip()])[-1]}"
        )
    return inside


def _candidates(version: str) -> Iterator[Path]:
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield Path(getattr(sys, "_base_executable", sys.executable))
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield Path(on_path)
    yield from (Path.home() / ".pyenv" / "versions").glob(f"{version}*/bin/python{version}")
    uv = shutil.which("uv")
    if uv:
        for words in (["find"], ["install"], ["find"]):
            done = subprocess.run(
                [uv, "python", *words, version], check=False, capture_output=True, text=True
            )
            if words == ["find"] and done.returncode == 0:
                yield Path(done.stdout.strip())
                break


def _works(python: Path, version: str) -> bool:
    """Tell whether it runs and has what a virtual environment needs."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(python), "-c", code], check=False, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == version

"""A Python of a wanted version, and a virtual environment with Odoo's requirements.

A version the machine does not have can come from the Debian suite that shipped it: its packages
are unpacked beside the environment, with those of its libraries that the machine lacks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agent_tests.lab.debian import LabUnavailableError, Suite, extract
from agent_tests.lab.odoo_cache import cache_root, locked, log

_PIP = "pip==25.0.1"  # the newest that runs on each of the versions
_LIBRARIES = (
    "libreadline8 libsqlite3-0 libncursesw6 libtinfo6 libuuid1 libbz2-1.0 liblzma5 libdb5.3 "
    "libexpat1 zlib1g"
)
_LIBRARIES_OF = {"3.9": "libssl1.1 libffi7 libmpdec3", "3.11": "libssl3 libffi8"}


def find_python(version: str) -> Path | None:
    """Return a working interpreter of that version, if the machine has one."""
    return next((found for found in _candidates(version) if _works(found, version)), None)


def unpack_python(version: str, suite_name: str, folder: Path) -> Path:
    """Unpack Debian's Python of that version into ``folder`` and return its interpreter.

    Raises:
        LabUnavailableError: the packages cannot be had, or do not run on this machine.
    """
    minor = f"python{version}"
    names = [minor, f"{minor}-minimal", f"lib{minor}-minimal", f"lib{minor}-stdlib"]
    names += [
        "python3-distutils",
        "python3-lib2to3",
        *_LIBRARIES.split(),
        *_LIBRARIES_OF[version].split(),
    ]
    log(f"{minor}: none on this machine, so taking it from Debian {suite_name}")
    with tempfile.TemporaryDirectory(prefix="erp-bridge-deb-") as temporary:
        with locked(f"apt-{suite_name}"):
            suite = Suite(suite_name, cache_root() / "apt" / suite_name)
            suite.update()
            packages = suite.download(names, Path(temporary))
        for package in packages:
            extract(package, folder)
    _keep_missing_libraries(folder)
    interpreter = folder / "usr" / "bin" / minor
    if not _works(interpreter, version, library_environment(folder), "ssl, sqlite3, venv"):
        raise LabUnavailableError(f"Debian's Python {version} does not run on this machine")
    return interpreter


def library_environment(folder: Path) -> dict[str, str]:
    """Return the environment for an interpreter that may have been unpacked into ``folder``."""
    libraries = folder / "libraries"
    if not libraries.is_dir():
        return dict(os.environ)
    return {**os.environ, "LD_LIBRARY_PATH": str(libraries)}


def make_environment(
    folder: Path, python: Path, requirements: Path, environment: dict[str, str]
) -> None:
    """Make a virtual environment with the pinned packages.

    Raises:
        LabUnavailableError: the packages cannot be installed, for instance without a network.
    """
    _run([str(python), "-m", "venv", "--without-pip", str(folder)], environment)
    with tempfile.TemporaryDirectory(prefix="erp-bridge-pip-") as temporary:
        quiet = ["--quiet", "--disable-pip-version-check"]
        _run(
            [sys.executable, "-m", "pip", "download", *quiet, "--no-deps", "-d", temporary, _PIP],
            dict(os.environ),
        )
        (wheel,) = Path(temporary).glob("pip-*.whl")
        pip = [str(folder / "bin" / "python"), f"{wheel}/pip"]
        _run([*pip, "install", *quiet, "-r", str(requirements)], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = (errors or done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise LabUnavailableError(f"the Python packages cannot be installed: {reason}")


def _keep_missing_libraries(folder: Path) -> None:
    """Gather the unpacked libraries, but none the machine has: its own are newer."""
    listed = subprocess.run(
        ["ldconfig", "-p"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"},
    )
    present = {line.split()[0] for line in listed.stdout.splitlines()[1:] if line.split()}
    target = folder / "libraries"
    target.mkdir()
    for found in [*folder.glob("usr/lib/*-linux-gnu/*.so*"), *folder.glob("lib/*-linux-gnu/*.so*")]:
        if found.name not in present:
            shutil.copy2(found, target / found.name)


def _candidates(version: str) -> Iterator[Path]:
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield Path(getattr(sys, "_base_executable", sys.executable))
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield Path(on_path)
    yield from (Path.home() / ".pyenv" / "versions").glob(f"{version}*/bin/python{version}")
    uv = shutil.which("uv")
    if uv:
        done = subprocess.run(
            [uv, "python", "find", version], check=False, capture_output=True, text=True
        )
        if done.returncode == 0:
            yield Path(done.stdout.strip())


def _works(
    python: Path, version: str, environment: dict[str, str] | None = None, modules: str = "venv"
) -> bool:
    """Tell whether it runs, is that version, and has the modules."""
    code = f"import sys, {modules}; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(python), "-c", code],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == version

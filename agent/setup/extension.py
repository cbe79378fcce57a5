"""Puts the extension's package where the shop's Extension Installer, or its files, expect it."""

from __future__ import annotations

import contextlib
import shutil
import zipfile
from pathlib import Path, PurePosixPath

from agent.errors import ConfigError
from agent.setup.opencart_config import StoreFolder

PACKAGE = "erp_bridge.ocmod.zip"


def copy_extension(store: StoreFolder, package: Path) -> list[Path]:
    """Copy the package into the shop and return the files written.

    OpenCart 3.x gets the files at their places, as its installer would put them. 4.x gets the
    package in its storage, from where Extensions > Installer offers it: only the installer knows
    which rows a 4.x shop needs. Owners and modes follow the folder written to.

    Raises:
        ConfigError: the shop's folder cannot be written.
    """
    try:
        if store.major >= 4:
            return [_place(package.read_bytes(), store.storage_dir / "marketplace" / PACKAGE)]
        return _unpack(store, package)
    except OSError as error:
        raise ConfigError(
            f"{error.filename} cannot be written: {error.strerror}",
            fix="Run install.sh as root or as the owner of the shop's files, or upload "
            f"{PACKAGE} in Extensions > Installer.",
            code="setup.not_writable",
        ) from error


def _unpack(store: StoreFolder, package: Path) -> list[Path]:
    written: list[Path] = []
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            parts = PurePosixPath(name).parts
            if name.endswith("/") or parts[0] != "upload" or ".." in parts:
                continue
            base = store.admin_dir if parts[1] == "admin" else store.root / parts[1]
            written.append(_place(archive.read(name), base.joinpath(*parts[2:])))
    return written


def _place(data: bytes, target: Path) -> Path:
    missing = [p for p in (target.parent, *target.parent.parents) if not p.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    owner = missing[-1].parent if missing else target.parent
    stat = owner.stat()
    for path in [*reversed(missing), target]:
        shutil.chown(path, stat.st_uid, stat.st_gid)
    target.chmod(0o644)
    return target


def remove_extension(store: StoreFolder, package: Path) -> list[Path]:
    """Take the files of the package out of the shop again; data in the database stays."""
    if store.major >= 4:
        targets = [store.storage_dir / "marketplace" / PACKAGE]
    else:
        with zipfile.ZipFile(package) as archive:
            names = [PurePosixPath(n).parts for n in archive.namelist() if not n.endswith("/")]
        targets = [
            (store.admin_dir if p[1] == "admin" else store.root / p[1]).joinpath(*p[2:])
            for p in names
            if p[0] == "upload"
        ]
    removed = [t for t in targets if t.is_file()]
    for target in removed:
        target.unlink()
    if store.major < 4:  # folders that only the extension needed
        for folder in sorted({p for t in removed for p in t.parents}, reverse=True):
            if "erp_bridge" in folder.parts and folder.is_relative_to(store.root):
                with contextlib.suppress(OSError):
                    folder.rmdir()
    return removed

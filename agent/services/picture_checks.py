"""Checks that pictures of an ERP can come into the shop, for ``doctor``."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent.erp.port import Finding
from agent.model.entity import Entity
from agent.services.connection_records import ConnectionInfo
from agent.services.findings import ok, warning
from agent.services.followed import fed
from agent.store.writing.changes import PICTURE_FOLDER
from agent.sync.two_way.ownership import Owner, parse_ownership

if TYPE_CHECKING:
    from agent.services.container import Services

_PICTURED = frozenset({Entity.PRODUCTS, Entity.CATEGORIES, Entity.MANUFACTURERS, Entity.ATTRIBUTES})


def check_pictures(services: Services) -> Iterator[Finding]:
    """Check that the agent may write where an ERP feeds the catalogue.

    Says nothing while no ERP does.
    """
    feeding = [info.name for info in services.connections.every() if _feeds(services, info)]
    if not feeding:
        return
    folder, names = services.config.shop.image_dir, ", ".join(feeding)
    if folder is None:
        yield warning(
            "pictures",
            f"Pictures of {names} are left out: the agent cannot see the shop's image folder",
            "Set [shop] image_dir to OpenCart's image folder and run install.sh again.",
            code="store.picture_folder",
        )
        return
    target = folder / PICTURE_FOLDER
    if _writable(target, folder, services.config.agent.data_dir):
        yield ok("pictures", f"Pictures of {names} go into {target}")
    else:
        yield warning(
            "pictures",
            f"Pictures of {names} are left out: the agent may not write into {target}",
            "Run install.sh again: it makes the folder and lets the service write there. Where the "
            "agent is no service, give its user the right.",
            code="store.picture_write",
        )


def _feeds(services: Services, info: ConnectionInfo) -> bool:
    if parse_ownership(info.settings).of("images") is not Owner.SHOP:
        return True
    return not _PICTURED.isdisjoint(fed(services.settings, info.id))


def _writable(target: Path, image_dir: Path, data_dir: Path) -> bool:
    """Tell whether the agent's user may write into a folder, or make it where it is missing."""
    try:
        return _may_write(target, image_dir, data_dir)
    except OSError:  # a folder above it may not be entered
        return False


def _may_write(target: Path, image_dir: Path, data_dir: Path) -> bool:
    while not target.exists() and target != image_dir:
        target = target.parent
    owner = data_dir.stat() if data_dir.exists() else None
    if owner is None or os.geteuid() != 0 or owner.st_uid == 0:
        return target.is_dir() and os.access(target, os.W_OK | os.X_OK)
    # Root may write everywhere: the question is whether the service may.
    asked = subprocess.run(
        ["/usr/bin/test", "-d", str(target), "-a", "-w", str(target), "-a", "-x", str(target)],
        user=owner.st_uid,
        group=owner.st_gid,
        extra_groups=_groups(owner.st_uid, owner.st_gid),
        check=False,
    )
    return asked.returncode == 0


def _groups(uid: int, gid: int) -> list[int]:
    try:
        return os.getgrouplist(pwd.getpwuid(uid).pw_name, gid)
    except KeyError:
        return [gid]

"""Lets the service write pictures of the ERP into the shop's image folder, and takes it back.

Pictures have a folder of their own, which belongs to the service's user and to the shop's group, so
that the shop's web server can remove and replace them. Nothing else in the shop becomes writable.
The shop's user may write above that folder, so links are never followed: root acts here.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.errors import ConfigError
from agent.store.writing.changes import PICTURE_FOLDER

_RIGHTS = 0o2775


def open_pictures(image_dir: Path, user: str, say: Callable[[str], None]) -> None:
    """Make the folder for the ERP's pictures, or mend whose it is.

    Raises:
        ConfigError: it cannot be made, belongs to no folder of this machine, or is a link.
    """
    uid = pwd.getpwnam(user).pw_uid
    folder = image_dir / PICTURE_FOLDER
    with _as_typed(folder), _parent(folder) as parent:
        gid = _shops_group(os.fstat(parent))
        with suppress(FileExistsError):
            os.mkdir(folder.name, 0o755, dir_fd=parent)
        for handle, _files in _walk(folder.name, parent):
            os.fchown(handle, uid, gid)
            os.fchmod(handle, _RIGHTS)
    say(f"Pictures of the ERP go into {folder}.")


def leave_pictures(image_dir: Path, user: str) -> None:
    """Give the pictures to the owner of the folder around them, as ``user`` is going away.

    Raises:
        ConfigError: the folder cannot be changed.
    """
    uid = pwd.getpwnam(user).pw_uid
    folder = image_dir / PICTURE_FOLDER
    if not folder.is_dir():
        return
    with _as_typed(folder), _parent(folder) as parent:
        owner = os.fstat(parent)
        for handle, files in _walk(folder.name, parent):
            for name in files:
                if os.stat(name, dir_fd=handle, follow_symlinks=False).st_uid == uid:
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=handle, follow_symlinks=False)
            if os.fstat(handle).st_uid == uid:
                os.fchown(handle, owner.st_uid, owner.st_gid)


def written_paths(image_dir: Path) -> list[Path]:
    """Return the image folder and, where a link leads out of it, the pictures' own.

    systemd takes no path with ``..`` in it.
    """
    paths = [image_dir.resolve() if ".." in image_dir.parts else image_dir]
    pictures = (image_dir / PICTURE_FOLDER).resolve()
    if not pictures.is_relative_to(image_dir.resolve()):
        paths.append(pictures)
    return paths


def _shops_group(parent: os.stat_result) -> int:
    """Return the group by which the web server writes: the folder's, else that of its owner."""
    if parent.st_mode & stat.S_IWGRP or parent.st_uid == 0:
        return parent.st_gid
    try:
        return pwd.getpwuid(parent.st_uid).pw_gid
    except KeyError:
        return parent.st_gid


@contextmanager
def _parent(folder: Path) -> Iterator[int]:
    handle = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle
    finally:
        os.close(handle)


def _walk(name: str, parent: int) -> Iterator[tuple[int, list[str]]]:
    """Yield a handle of the folder and of every one below it, with the names of their files."""
    handle = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    try:
        for _path, _folders, files, below in os.fwalk(".", dir_fd=handle):
            yield below, files
    finally:
        os.close(handle)


@contextmanager
def _as_typed(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"The folder {folder} cannot be made ready for pictures of the ERP: {error.strerror}",
            fix="Check [shop] image_dir in the agent's configuration, and that the folder is on a "
            "disk where root may change owners and is no link. Or give the service's user the "
            "right to write there yourself.",
            code="setup.pictures",
        ) from error

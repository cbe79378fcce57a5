"""Lets the service write pictures of the ERP into the shop's image folder, and takes it back.

Pictures have a folder of their own, which belongs to the service's user and to the shop's group, so
that the shop's web server can remove and replace them. Nothing else in the shop becomes writable.
The shop's user may write above that folder, and root acts here: links in the shop are followed only
where they are root's, and folders of others are left alone.
"""

from __future__ import annotations

import errno
import os
import pwd
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from agent.errors import ConfigError
from agent.store.writing.changes import PICTURE_FOLDER

_RIGHTS = 0o2775
_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_MOST_LINKS = 40  # as the kernel follows


def open_pictures(image_dir: Path, user: str, say: Callable[[str], None]) -> None:
    """Make the folder for the ERP's pictures, or mend whose it is.

    Raises:
        ConfigError: it cannot be made, belongs to somebody else, or is behind a link that is not
            root's.
    """
    uid = pwd.getpwnam(user).pw_uid
    folder = image_dir / PICTURE_FOLDER
    with _as_typed(folder), _parent(image_dir) as parent:
        around = os.fstat(parent)
        gid = _shops_group(around)
        with suppress(FileExistsError):
            os.mkdir(folder.name, 0o755, dir_fd=parent)
        owner = os.stat(folder.name, dir_fd=parent, follow_symlinks=False).st_uid
        ours = {0, around.st_uid, uid}
        if owner not in ours:
            raise _refused(
                folder,
                f"it belongs to the user {owner}",
                fix=f"Let it belong to root, or to the owner of the folder around it: chown root "
                f"'{folder}'. Then run install.sh again.",
            )
        for handle, _files in _walk(folder.name, parent, ours):
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
    with _as_typed(folder), _parent(image_dir) as parent:
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
def _parent(image_dir: Path) -> Iterator[int]:
    """Open the folder around the pictures."""
    handle = os.open(image_dir.parent, _FOLDER)
    try:
        ways = [*reversed(PurePath(PICTURE_FOLDER).parent.parts), image_dir.name]
        links = 0
        while ways:
            name = ways.pop()
            target = _roots_link(name, handle)
            if target is None:
                below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = below
                continue
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            ways += reversed(PurePath(target).parts)
        yield handle
    finally:
        os.close(handle)


def _roots_link(name: str, parent: int) -> str | None:
    """Return where a link of root's leads, or nothing for what is no link.

    Raises:
        ConfigError: somebody else made the link.
    """
    handle = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=parent)
    try:
        found = os.fstat(handle)
        if not stat.S_ISLNK(found.st_mode):
            return None
        if found.st_uid != 0:
            path = Path(f"/proc/self/fd/{parent}").readlink() / name
            raise _refused(
                path,
                "it is a link that does not belong to root",
                fix=f"Where it leads to the right place, make it root's: chown -h root '{path}'. "
                "Then run install.sh again. Else see who made it.",
            )
        return os.readlink("", dir_fd=handle)
    finally:
        os.close(handle)


def _walk(
    name: str, parent: int, owners: Container[int] | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield a handle of the folder and of every one below it, with the names of their files.

    Where ``owners`` are given, folders of others are left out, and all that is in them.
    """
    handle = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)
    try:
        for _path, folders, files, below in os.fwalk(".", dir_fd=handle):
            if owners is None or os.fstat(below).st_uid in owners:
                yield below, files
            else:
                folders.clear()
    finally:
        os.close(handle)


@contextmanager
def _as_typed(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refused(
            folder,
            str(error.strerror),
            fix="Check [shop] image_dir in the agent's configuration, and that the folder is on a "
            "disk where root may change owners and is no link. Or give the service's user the "
            "right to write there yourself.",
        ) from error


def _refused(path: Path, why: str, *, fix: str) -> ConfigError:
    return ConfigError(
        f"{path} cannot be made ready for pictures of the ERP: {why}",
        fix=fix,
        code="setup.pictures",
    )

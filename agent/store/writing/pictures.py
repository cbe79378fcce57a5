"""Pictures on their way into the shop's image folder.

A file's name is made of what it shows and of its content (``9f/red-mug-9f86d081884c7d65.jpg``
below ``WriteRules.picture_folder``). So a picture that changes gets another name and no cache shows
the old one, and one that is there already is not written again. A picture that cannot be used is
left out with a warning.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from agent.errors import InvalidRecord, PermanentError
from agent.model.catalogue import Image
from agent.store.writing.changes import PictureSource
from agent.store.writing.desk import Desk
from agent.store.writing.picture_format import extension
from agent.store.writing.slugs import slug
from agent.store.writing.texts import Texts

_DIGITS = 16
_FILE_RIGHTS = 0o644
_FOLDER_RIGHTS = 0o755
_INHERITED = 0o2775


class Pictures:
    """Puts pictures of records into the image folder of one shop."""

    def __init__(self, desk: Desk, source: PictureSource) -> None:
        self._source = source
        self._folder = desk.shop.images.folder
        self._below = str(PurePosixPath(desk.rules.picture_folder.strip("/")))
        self._images = desk.shop.images

    def place(
        self, images: Sequence[Image], name: str, texts: Texts, known: Sequence[str] = ()
    ) -> list[str] | None:
        """Return the paths of pictures below the image folder, in their order, without doubles.

        ``known`` are those that the record has: one with the same content keeps its path. None
        where the agent cannot reach the folder at all: what the shop has is left as it is.

        Raises:
            TransientError: the ERP does not answer; its other errors of whole calls, too.
        """
        if not images:
            return []
        if self._folder is None:
            texts.warn(
                "Its pictures were left out: the agent cannot see the shop's image folder",
                "Set [shop] image_dir in the agent's configuration to the shop's image folder.",
                "store.picture_folder",
            )
            return None
        paths: dict[str, None] = {}
        for image in images:
            try:
                paths[self._place(image, name, known)] = None
            except PermanentError as error:
                texts.warnings.append(error)
            except OSError as error:
                texts.warn(
                    f"Its pictures were left out: {self._folder / self._below} cannot be written "
                    f"({error.strerror or error})",
                    "Give the agent's user the right to write into this folder, and see that the "
                    "disk is not full.",
                    "store.picture_write",
                )
                return None
        return list(paths)

    def _place(self, image: Image, name: str, known: Sequence[str]) -> str:
        here = self._here(image)
        if here is not None:
            return here
        data = self._source(image)
        if len(data) > self._images.max_bytes:
            raise InvalidRecord(
                f"A picture was left out: it is larger than {self._images.max_bytes // 2**20} MB",
                fix="Make the picture smaller in the ERP.",
                code="store.picture_size",
            )
        ending = extension(data)
        if ending is None:
            raise InvalidRecord(
                "A picture was left out: it is no whole JPEG, PNG, GIF or WebP",
                fix="Put the picture into the ERP again in one of these formats.",
                code="store.picture_format",
            )
        checksum = hashlib.sha256(data).hexdigest()
        for path in known:
            there = self._images.describe(path)
            if there is not None and there.checksum == checksum:
                return path
        digest = checksum[:_DIGITS]
        below = PurePosixPath(self._below) / digest[:2]
        assert self._folder is not None  # noqa: S101 - narrows for mypy
        folder = self._folder / below
        for file in sorted(folder.glob(f"*-{digest}.{ending}")):
            if file.stat().st_size == len(data):
                return str(below / file.name)
        new = below / f"{slug(name, 'picture')}-{digest}.{ending}"
        _write(self._folder / new, data)
        return str(new)

    def _here(self, image: Image) -> str | None:
        """Return the path of a picture that the shop has already under the name given."""
        if not image.checksum or not image.path:
            return None
        known = self._images.describe(image.path)
        return image.path if known is not None and known.checksum == image.checksum else None


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is whole whenever it is there."""
    _make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if os.geteuid() == 0:  # root's own commands must not lock the agent's user out
                owner = path.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        draft.chmod(_FILE_RIGHTS)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _make_folder(folder: Path) -> None:
    """Make a folder that whoever may write around it may write into: the shop deletes there."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):  # another worker was faster
        folder.mkdir(_FOLDER_RIGHTS)
        around = folder.parent.stat()
        if os.geteuid() == 0:
            os.chown(folder, around.st_uid, around.st_gid, follow_symlinks=False)
        folder.chmod(_FOLDER_RIGHTS | around.st_mode & _INHERITED)

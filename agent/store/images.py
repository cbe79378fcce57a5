"""Pictures of the shop: from its image folder, or over HTTP where the agent cannot see the folder.

Without a folder the checksums of pictures are empty, so a picture replaced under the same name goes
unseen.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import OrderedDict
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import requests

from agent.errors import BridgeError, Busy, InvalidRecord, TimedOut, Unreachable
from agent.model.catalogue import Image
from agent.store.text import decode

MAX_BYTES = 10 * 1024 * 1024
"""Pictures above this size are refused."""

_TIMEOUT = (10, 60)  # seconds to connect, seconds between two pieces
_REMEMBERED = 50_000
_SVG = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]",
    re.DOTALL,
)


def is_image(head: bytes) -> bool:
    """Tell by the first kilobytes whether this is a JPEG, PNG, GIF, WebP or SVG."""
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or _SVG.match(head) is not None
    )


class Images:
    """Reads pictures by their path relative to the shop's image folder.

    Args:
        folder: that folder, where this machine sees it.
        url: the shop's address, where pictures come from without a folder.
        max_bytes: pictures above this size are refused.
        ca_file: PEM file with a private certificate authority, None for the public ones.
    """

    def __init__(
        self,
        folder: Path | None,
        url: str | None,
        *,
        max_bytes: int = MAX_BYTES,
        ca_file: Path | None = None,
    ) -> None:
        self._folder = folder
        self._url = url
        self._verify: bool | str = str(ca_file) if ca_file else True
        self._max_bytes = max_bytes
        self._sums: OrderedDict[tuple[str, int, int], str] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def local(self) -> bool:
        """Whether the image folder is on this machine."""
        return self._folder is not None

    @property
    def folder(self) -> Path | None:
        """The image folder, where it is on this machine."""
        return self._folder

    @property
    def max_bytes(self) -> int:
        """The size from which on pictures are refused."""
        return self._max_bytes

    def describe(self, stored: str | None, sort_order: int = 0) -> Image | None:
        """Return the picture of a column's value; None where the column is empty.

        Checksum and size are empty where the file is missing or its path is refused: the record can
        go on without it, and ``read`` says why.
        """
        path = decode(stored).strip()
        if not path:
            return None
        file = self._file(path)
        if file is None:
            return Image(path, sort_order)
        try:
            state = file.stat()
            if not file.is_file():
                return Image(path, sort_order)
            return Image(path, sort_order, self._checksum(file, state), state.st_size)
        except OSError:
            return Image(path, sort_order)

    def sketch(self, stored: str | None) -> Image | None:
        """Return what ``describe`` does, with ``token`` in place of the checksum: for digests."""
        path = decode(stored).strip()
        return Image(path, checksum=self.token(stored)) if path else None

    def token(self, stored: str | None) -> str:
        """Return size and time of change of a local file, ``""`` where there is none."""
        file = self._file(decode(stored).strip()) if stored else None
        if file is None:
            return ""
        try:
            state = os.stat(file)  # noqa: PTH116 - a third faster, and called for every picture
        except OSError:
            return ""
        return f"{state.st_size}.{state.st_mtime_ns}"

    def read(self, image: Image) -> bytes:
        """Return the bytes of a picture.

        Raises:
            InvalidRecord: missing, no picture, too large, or outside of the image folder.
            TransientError: the shop does not answer.
        """
        if not _is_inside(image.path):
            raise _invalid(
                image,
                "store.image_path",
                "points outside of the shop's image folder",
                "Choose the picture again in the shop's image manager.",
            )
        data = self._read_file(image) if self._folder is not None else self._download(image)
        if not is_image(data[:4096]):
            raise _invalid(
                image,
                "store.image_format",
                "is no JPEG, PNG, GIF, WebP or SVG",
                "Upload the picture again in one of these formats.",
            )
        return data

    # -- local files -----------------------------------------------------------------------------

    def _file(self, path: str) -> Path | None:
        if self._folder is None or not path or not _is_inside(path):
            return None
        return self._folder / path

    def _checksum(self, file: Path, state: os.stat_result) -> str:
        key = (str(file), state.st_size, state.st_mtime_ns)
        with self._lock:
            known = self._sums.get(key)
            if known is not None:
                self._sums.move_to_end(key)
                return known
        with file.open("rb") as source:
            result = hashlib.file_digest(source, "sha256").hexdigest()
        with self._lock:
            self._sums[key] = result
            while len(self._sums) > _REMEMBERED:
                self._sums.popitem(last=False)
        return result

    def _read_file(self, image: Image) -> bytes:
        file = self._file(image.path)
        try:
            if file is None or not file.is_file():
                raise self._missing(image)
            if file.stat().st_size > self._max_bytes:
                raise self._too_large(image)
            return file.read_bytes()
        except FileNotFoundError:
            raise self._missing(image) from None
        except OSError as error:
            raise _invalid(
                image,
                "store.image_unreadable",
                f"cannot be read: {error.strerror}",
                "Give the agent's user the right to read the shop's image folder.",
            ) from error

    # -- over HTTP -------------------------------------------------------------------------------

    def _download(self, image: Image) -> bytes:
        if not self._url:
            raise _invalid(
                image,
                "store.image_source",
                "cannot be read: the agent knows neither the shop's image folder nor its address",
                "Set [shop] image_dir or url in the agent's configuration.",
            )
        address = f"{self._url.rstrip('/')}/image/{quote(image.path)}"
        try:
            with requests.get(
                address, stream=True, timeout=_TIMEOUT, verify=self._verify
            ) as answer:
                if answer.status_code in {404, 410}:
                    raise self._missing(image)
                if answer.status_code != 200:
                    raise _refused(image, address, answer.status_code)
                return self._limited(image, answer)
        except requests.Timeout as error:
            raise TimedOut(
                f"The shop did not send the picture {image.path} in time",
                fix="Nothing to do: it is tried again. If it stays so, look at the shop's server.",
                code="store.image_timeout",
                detail=str(error),
            ) from error
        except requests.RequestException as error:
            raise Unreachable(
                f"The shop's pictures cannot be fetched from {self._url}",
                fix="Check [shop] url in the agent's configuration, the shop's certificate ([shop] "
                "ca_file where its authority is a private one), and that this machine reaches it.",
                code="store.image_unreachable",
                detail=str(error),
            ) from error

    def _limited(self, image: Image, answer: requests.Response) -> bytes:
        data = bytearray()
        for piece in answer.iter_content(65536):
            data += piece
            if len(data) > self._max_bytes:
                raise self._too_large(image)
        return bytes(data)

    # -- errors ----------------------------------------------------------------------------------

    @staticmethod
    def _missing(image: Image) -> InvalidRecord:
        return _invalid(
            image,
            "store.image_missing",
            "is missing in the shop's image folder",
            "Upload it again, or choose another picture in the shop.",
        )

    def _too_large(self, image: Image) -> InvalidRecord:
        return _invalid(
            image,
            "store.image_size",
            f"is larger than {self._max_bytes / 1024 / 1024:g} MB",
            "Upload a smaller version of it.",
        )


def _is_inside(path: str) -> bool:
    # Links inside the folder are followed: the shop's host made them, no form of the shop can.
    pure = PurePosixPath(path.replace("\\", "/"))
    return not pure.is_absolute() and ".." not in pure.parts and "\0" not in path


def _invalid(image: Image, code: str, cause: str, fix: str) -> InvalidRecord:
    return InvalidRecord(f"The picture {image.path!r} {cause}", fix=fix, code=code)


def _refused(image: Image, address: str, status: int) -> BridgeError:
    if status >= 500 or status == 429:
        return Busy(
            f"The shop answers {status} for the picture {image.path!r}",
            fix="Nothing to do: it is tried again. If it stays so, look at the shop's server.",
            code="store.image_busy",
        )
    return _invalid(
        image,
        "store.image_refused",
        f"is refused by the shop's server ({status})",
        f"Let this machine fetch {address}, or set [shop] image_dir.",
    )

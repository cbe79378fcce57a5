"""Pages of answers: how long they are, and the address of the next one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .addresses import Options
from .messages import Request

_PREFERRED = re.compile(r"odata\.maxpagesize\s*=\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Paging:
    """``size`` 0: everything at once. ``applied``: what to say in ``Preference-Applied``."""

    size: int
    applied: str = ""


def paging(request: Request, default: int) -> Paging:
    """Return how long the pages are that a request asks for."""
    found = _PREFERRED.search(request.header("Prefer"))
    if found is not None:
        return Paging(int(found[1]), f"odata.maxpagesize={found[1]}")
    own = request.header("B1S-PageSize")
    return Paging(int(own) if own.isascii() and own.isdigit() else default)


@dataclass(slots=True)
class Window:
    """The part of a result that one answer holds."""

    size: int
    skip: int
    top: int | None

    @classmethod
    def of(cls, options: Options, size: int) -> Window:
        """Return the window that ``$skip`` and ``$top`` ask for in pages of a size."""
        return cls(size, options.whole("$skip") or 0, options.whole("$top"))

    def cut(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Return the rows of this answer."""
        most = self.top if self.top is not None else self.size or None
        if most is not None and self.size:
            most = min(most, self.size)
        return islice(iter(rows), self.skip, None if most is None else self.skip + most)

    def next_link(self, resource: str, options: Options, count: int) -> str | None:
        """Return the rest of the result's address, relative to the service; None for no rest.

        A full page has one though nothing may follow, and so has not what ``$top`` ends.
        """
        if not self.size or count < self.size:
            return None
        if self.top is not None and self.top <= self.size:
            return None
        parts = [piece for name, piece in options.raw if name not in {"$skip", "$top"}]
        if self.top is not None:
            parts.append(f"$top={self.top - self.size}")
        parts.append(f"$skip={self.skip + self.size}")
        return f"{resource}?{'&'.join(parts)}"

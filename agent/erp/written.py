"""What was last written of a record's pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.erp.draft import Draft
from agent.model.catalogue import Image


def changed(image: Image, before: Sequence[Mapping[str, object]]) -> bool:
    """Tell whether a picture differs from those last written (by path and checksum)."""
    return not any(
        b.get("path") == image.path and b.get("checksum") == image.checksum and image.checksum
        for b in before
    )


def written_images(draft: Draft) -> list[Mapping[str, object]]:
    """Return the pictures of the record as last written."""
    before = (draft.change.previous or {}).get("images")
    if not isinstance(before, list | tuple):
        return []
    return [b for b in before if isinstance(b, Mapping)]

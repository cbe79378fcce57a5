"""Pictures of items: sent only when their checksum changed, never a reason to fail.

An item has one picture, the product's first; further ones stay in the shop. A company without a
folder for pictures takes none: after some refusals one after the other it is asked no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from agent.erp.draft import Draft
from agent.erp.sap_b1.connection import Work
from agent.erp.sap_b1.items.item_steps import Item
from agent.erp.written import changed, written_images
from agent.errors import BridgeError, PermanentError, Refused
from agent.model.catalogue import Image

_ENOUGH = 3
"""Refusals one after the other from which on the server is not asked again in a call."""


def send(work: Work, products: Sequence[tuple[Draft, Sequence[Item]]]) -> None:
    """Send the first pictures of products to their items."""
    if work.cx.settings.pictures == "none":
        return
    off: PermanentError | None = None
    failed = 0
    for draft, items in products:
        image = next(iter(getattr(draft.change.record, "images", ())), None)
        if image is None:
            continue
        wanted = _wanted(draft, image, items)
        if not wanted:
            continue
        error = off or _send(work, draft, image, wanted)
        failed = failed + 1 if error is not None else 0
        if error is not None:
            draft.warnings.append(_not_taken(image, error))
            off = error if failed >= _ENOUGH else None


def _wanted(draft: Draft, image: Image, items: Sequence[Item]) -> list[Item]:
    if draft.creates or (draft.has("images") and changed(image, written_images(draft)[:1])):
        return list(items)
    return [item for item in items if item.made]


def _send(work: Work, draft: Draft, image: Image, items: Sequence[Item]) -> PermanentError | None:
    """Send a picture; returns the error where the server does not take it."""
    try:
        content = work.media(image)
    except BridgeError as error:
        if error.retry:
            raise
        draft.warnings.append(error)
        return None
    mark = hashlib.blake2b(content, digest_size=6).hexdigest()
    suffix = PurePosixPath(image.path).suffix.lower() or ".jpg"
    for item in items:
        try:
            work.cx.client.put_picture(item.code, f"{item.code}-{mark}{suffix}", content)
        except PermanentError as error:
            return error
        draft.touched = True
        work.progress()
    return None


def _not_taken(image: Image, error: PermanentError) -> Refused:
    return Refused(
        f"The picture {image.path} was not taken: {error.cause}",
        fix="Set a pictures folder in SAP (Administration, System Initialization, General "
        "Settings, Path), or set Pictures to Leave out in the connection.",
        code="record.image",
        detail=error.detail,
    )

"""Pictures: sent only when their checksum changed, a few at a time, and never a reason to fail.

A product's first picture is its ``image_1920``. Further ones are ``product.image`` records where
Odoo's shop is installed, else attachments of the product. Odoo has no way to archive a picture:
those that the shop removed stay, with a warning.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.written import changed, written_images
from agent.errors import BridgeError, Refused
from agent.model.catalogue import Image

MAX_BYTES = 3_000_000
"""Bytes of pictures per call, a third more on the wire (base64)."""
_ARCHIVED_TOO = {"active_test": False}
"""Without it ``load()`` does not know the id of an archived product and refuses the whole batch."""
EXTRA_MODEL = "product.image"
ATTACHMENT = "ir.attachment"


@dataclass(slots=True)
class Picture:
    """A picture on its way to the record ``id``; ``extra`` are the other columns of its record."""

    draft: Draft
    id: int
    image: Image


def send_main(work: Work, model: str, field: str, pictures: Iterable[Picture]) -> None:
    """Write pictures into a binary field of existing records."""
    for batch in _read(work, pictures):
        records = [
            LoadRecord(f"{n}", {".id": str(p.id), field: data}) for n, (p, data) in enumerate(batch)
        ]
        results = work.loader.load(model, records, context=_ARCHIVED_TOO)
        for n, (picture, _) in enumerate(batch):
            _note(picture, results[f"{n}"].error)


def send_product_images(work: Work, drafts: Sequence[Draft]) -> None:
    """Send the pictures of products that changed."""
    main: list[Picture] = []
    more: list[Picture] = []
    for draft in drafts:
        images: tuple[Image, ...] = getattr(draft.change.record, "images", ())
        if draft.id is None or not draft.has("images"):
            continue
        before = written_images(draft)
        if images and changed(images[0], before[:1]):
            main.append(Picture(draft, draft.id, images[0]))
        more += [Picture(draft, draft.id, i) for i in images[1:] if changed(i, before[1:])]
        _warn_of_removed(draft, images, before)
    send_main(work, "product.template", "image_1920", main)
    _send_more(work, more)


def _send_more(work: Work, pictures: Sequence[Picture]) -> None:
    model = EXTRA_MODEL if work.cx.facts.has(EXTRA_MODEL, "image_1920") else ATTACHMENT
    for batch in _read(work, pictures):
        records = [
            LoadRecord(f"{n}", _extra_cells(work.cx, model, p, data))
            for n, (p, data) in enumerate(batch)
        ]
        results = work.loader.load(model, records, context=_ARCHIVED_TOO)
        for n, (picture, _) in enumerate(batch):
            _note(picture, results[f"{n}"].error)


def _extra_cells(cx: Connection, model: str, picture: Picture, data: str) -> dict[str, str]:
    mark = hashlib.blake2b(picture.image.path.encode(), digest_size=8).hexdigest()
    cells = {
        "id": f"{picture.draft.change.external_id}_image_{mark}",
        "name": PurePosixPath(picture.image.path).name,
    }
    if model == EXTRA_MODEL:
        cells |= {"product_tmpl_id/.id": str(picture.id), "image_1920": data}
        if cx.facts.has(model, "sequence"):
            cells["sequence"] = str(picture.image.sort_order)
    else:
        cells |= {"res_model": "product.template", "res_id": str(picture.id), "datas": data}
    return cells


def _read(work: Work, pictures: Iterable[Picture]) -> Iterable[list[tuple[Picture, str]]]:
    """Yield pictures with their bytes (base64) in batches; unreadable ones become warnings."""
    batch: list[tuple[Picture, str]] = []
    size = 0
    for picture in pictures:
        try:
            content = work.media(picture.image)
        except BridgeError as error:
            if error.retry:
                raise
            picture.draft.warnings.append(error)
            continue
        if batch and size + len(content) > MAX_BYTES:
            yield batch
            batch, size = [], 0
        batch.append((picture, base64.b64encode(content).decode("ascii")))
        size += len(content)
    if batch:
        yield batch


def _note(picture: Picture, error: BridgeError | None) -> None:
    if error is None:
        picture.draft.touched = True
        return
    picture.draft.warnings.append(
        Refused(
            f"The picture {picture.image.path} was not taken: {error.cause}",
            fix=error.fix,
            code="record.image",
            detail=error.detail,
        )
    )


def _warn_of_removed(
    draft: Draft, images: Sequence[Image], before: Sequence[Mapping[str, object]]
) -> None:
    paths = {i.path for i in images}
    left = before[1:] if images else before  # a new first picture takes the old one's place
    gone = [str(b.get("path")) for b in left if b.get("path") not in paths]
    if gone:
        draft.warnings.append(
            Refused(
                f"{len(gone)} pictures removed in the shop stay in Odoo: {', '.join(gone[:5])}",
                fix="Delete them at the product in Odoo if nobody needs them there.",
                code="record.images_left",
            )
        )

"""What is to be written into a shop, what became of it, and the rules of writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from agent.errors import BridgeError
from agent.model.catalogue import Image
from agent.model.record import Record

PictureSource = Callable[[Image], bytes]
"""Reads the bytes of a picture; raises InvalidRecord where there is none."""

PICTURE_FOLDER = "catalog/erp"
"""Where pictures of the ERP go, below the shop's image folder."""


@dataclass(frozen=True, slots=True)
class WriteRules:
    """Settings of a connection that decide how records are written.

    ``stores`` are the stores that new records are shown in. ``options_as``: whether combinations
    become options, or products of their own (variants of OpenCart 4; options where it has none).
    ``picture_folder`` is below the shop's image folder. ``tax_class`` is that of new products whose
    own is not known, ``stock_status`` the one of new products (0: as the shop's settings say).
    """

    stores: tuple[int, ...] = (0,)
    options_as: Literal["options", "variants"] = "options"
    picture_folder: str = PICTURE_FOLDER
    tax_class: int = 0
    stock_status: int = 0


@dataclass(frozen=True, slots=True)
class StoreChange:
    """One record to create or update in the shop.

    ``record`` has the shop's keys throughout; its own ``key`` counts only where ``key`` is given.
    ``fields`` are names of the record's dataclass fields to write; on a create all the ERP can
    tell. ``marker`` is made before the first call (at most 96 characters): repeating a create with
    it, also after a crash in its middle, never makes a second record. ``seen`` are the record's
    values, JSON-ready, by which it was decided to write these fields: where they are others by now,
    nothing is written and the outcome's error is Busy.
    """

    record: Record
    fields: frozenset[str]
    marker: str
    key: str | None = None
    seen: Mapping[str, Any] | None = None


class Written(StrEnum):
    """What became of a change."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """Result of one change, in the order of the changes given.

    ``key`` is the record's key in the shop. ``children`` are keys that parts of the record got in
    the shop, by the part's key as given (a variant's, where the shop keeps it as a product).
    ``warnings`` did not stop the record: a picture was skipped, a keyword was taken.
    """

    marker: str
    status: Written
    key: str | None = None
    children: Mapping[str, str] = field(default_factory=dict)
    error: BridgeError | None = None
    warnings: tuple[BridgeError, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreCandidate:
    """A record of the shop that may be the same as one of the ERP.

    ``matched_by``: ``sku``, ``barcode`` or ``name``.
    """

    key: str
    label: str
    matched_by: str

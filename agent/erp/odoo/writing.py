"""Creates and updates records of one model: columns first, translations after.

Only columns whose field changed are sent. New records carry their external id, so that sending
them again never makes a second one; known ones are addressed by database id, because records that
were linked by hand have no external id of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.erp.draft import alive, previous_text
from agent.erp.html import plain_text
from agent.erp.odoo import bulk
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord, LoadResult
from agent.errors import BridgeError
from agent.model.catalogue import Text


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A translated text: the record's field it comes from, and how Odoo wants it."""

    field: str
    text: Text
    convert: Callable[[str], str] = str

    def base(self, cx: Connection) -> str:
        """Return the text in the connection's main language."""
        return self.convert(cx.languages.base(self.text))


@dataclass(slots=True)
class Columns:
    """What to send of one record. ``lines`` are further rows (one2many)."""

    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, TextColumn] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)
    cost: int = 1


ColumnsOf = Callable[[Draft], Columns]


def write_records(
    work: Work, model: str, drafts: Sequence[Draft], columns_of: ColumnsOf
) -> dict[str, Columns]:
    """Create or update ``drafts`` in ``model``; errors stay with the draft they belong to.

    Returns the columns of each draft that could be written, by record key.

    Raises:
        TransientError, AuthError, ConfigError: the whole call could not be made.
    """
    columns: dict[str, Columns] = {}
    for draft in drafts:
        if draft.error is not None:
            continue
        try:
            columns[draft.key] = columns_of(draft)
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error
    ready = [d for d in drafts if d.key in columns and d.error is None]
    records = [r for d in ready if (r := _record(work.cx, d, columns[d.key])) is not None]
    archived = (
        None if any("active" in r.cells for r in records) else _believed_archived(work.cx, ready)
    )
    keep(bulk.send(work, model, records, archived=archived), ready)
    _translate(work, model, alive(ready), columns)
    return columns


def _believed_archived(cx: Connection, drafts: Sequence[Draft]) -> set[int]:
    """Return the ids of records that are disabled in the shop, so most likely archived in Odoo."""
    if cx.settings.disabled_as != "archived":
        return set()
    return {d.id or 0 for d in drafts if not getattr(d.change.record, "active", True)}


def _record(cx: Connection, draft: Draft, columns: Columns) -> LoadRecord | None:
    cells = dict(columns.cells)
    for name, column in columns.texts.items():
        value = column.base(cx)
        if draft.creates or value != _previous_base(cx, draft, column):
            cells[name] = value
    if draft.creates:
        cells["id"] = draft.change.external_id
    elif not cells:
        return None
    else:
        cells[".id"] = str(draft.id)
    lines = columns.lines
    if lines:
        cells = {**cells, **lines[0]}
    return LoadRecord(draft.key, cells, lines[1:], columns.cost)


def _previous_base(cx: Connection, draft: Draft, column: TextColumn) -> str | None:
    before = previous_text(draft.change, column.field)
    return None if before is None else column.convert(cx.languages.base(before))


def keep(results: Mapping[str, LoadResult], drafts: Sequence[Draft]) -> None:
    """Note in the drafts what became of their records; those without a result stay as they are."""
    for draft in drafts:
        result = results.get(draft.key)
        if result is None:
            continue
        draft.warnings += result.warnings
        if result.error is not None:
            draft.error = result.error
        elif result.id is not None:
            draft.id = result.id
            draft.touched = True


def _translate(
    work: Work, model: str, drafts: Sequence[Draft], columns: Mapping[str, Columns]
) -> None:
    rows: dict[str, list[LoadRecord]] = {}
    for draft in drafts:
        for lang, cells in _translations(work.cx, model, draft, columns[draft.key]).items():
            record = LoadRecord(draft.key, {".id": str(draft.id), **cells})
            rows.setdefault(lang, []).append(record)
    archived = _believed_archived(work.cx, drafts)
    for lang, records in rows.items():
        keep(bulk.send(work, model, records, lang=lang, archived=archived), drafts)


def _translations(
    cx: Connection, model: str, draft: Draft, columns: Columns
) -> dict[str, dict[str, str]]:
    """Return what to write by language: on a create what differs from the main language."""
    found: dict[str, dict[str, str]] = {}
    for name, column in columns.texts.items():
        if not cx.facts.keeps_languages(model, name):
            continue
        base = column.base(cx)
        before = previous_text(draft.change, column.field)
        old = None if before is None else cx.languages.others(before, update=True)
        if cx.facts.fields(model)[name].type == "html" and base != _previous_base(
            cx, draft, column
        ):
            old = None  # a new main text may have taken the others with it
        for lang, text in cx.languages.others(column.text, update=not draft.creates).items():
            value = column.convert(text)
            same_as_base = draft.creates and value == base
            unchanged = old is not None and lang in old and column.convert(old[lang]) == value
            if plain_text(value) and not same_as_base and not unchanged:
                found.setdefault(lang, {})[name] = value
    return found

"""``erp-bridge map``: which record of the shop is which record of the ERP."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import click

from agent.cli.common import DONE, PARTLY, Context, Group, pass_context, progress, table
from agent.cli.way_back import back_list, back_set
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.services import mappings

_ENTITY = click.Choice([e.value for e in mappings.MAPPED])
_COLUMNS = ("store_key", "erp_id", "label", "state")


@click.group("map", cls=Group)
def map_group() -> None:
    """List, set, forget, find, export and import mappings of ENTITY."""


def _connection(context: Context, name: str) -> int:
    return context.services.connections.find(name).id


@map_group.command("list")
@click.argument("entity", type=_ENTITY)
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@click.option("--state", help="Only such mappings, e.g. failed, or new.")
@click.option("--search", default="", help="Only records with this in number or name.")
@click.option("--page", type=click.IntRange(1), default=1)
@click.option("--limit", type=click.IntRange(1, 200), default=50)
@pass_context
def list_mappings(
    context: Context,
    entity: str,
    name: str,
    state: str | None,
    search: str,
    page: int,
    limit: int,
) -> None:
    """List mappings, and records of the shop that were never synchronized."""
    found = mappings.list_mappings(
        context.services,
        _connection(context, name),
        Entity(entity),
        state=state,
        q=search,
        page=page,
        limit=limit,
    )
    rows = [row.to_plain() for row in found.items]

    def human() -> None:
        table(
            ("RECORD", "NAME", "ERP ID", "STATE", "SYNCHRONIZED", "REASON"),
            [
                (
                    r["store_key"],
                    r["label"],
                    r["erp_id"],
                    r["state"],
                    r["synced_at"],
                    r["cause"],
                )
                for r in rows
            ],
        )
        click.echo(f"{len(rows)} of {found.total}")

    context.emit({"items": rows, "total": found.total, "page": found.page}, human)


@map_group.command("set")
@click.argument("entity", type=_ENTITY)
@click.argument("store_key")
@click.argument("erp_id")
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@pass_context
def set_mapping(context: Context, entity: str, store_key: str, erp_id: str, name: str) -> None:
    """Link a record of the shop to a record of the ERP."""
    row = mappings.link(
        context.services, _connection(context, name), Entity(entity), store_key, erp_id
    ).to_plain()
    context.emit(
        row, lambda: click.echo(f"{row['store_key']} ({row['label']}) is {row['erp_id']}.")
    )


@map_group.command("find")
@click.argument("entity", type=_ENTITY)
@click.argument("words", default="")
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@pass_context
def find(context: Context, entity: str, words: str, name: str) -> None:
    """Find records of the ERP by WORDS, to link one of them with set."""
    services = context.services
    found = mappings.candidates(services, services.connections.find(name).id, Entity(entity), words)
    context.emit(
        {"items": found},
        lambda: table(("ERP ID", "NAME"), [(row["erp_id"], row["label"]) for row in found]),
    )


@map_group.command("unset")
@click.argument("entity", type=_ENTITY)
@click.argument("store_key")
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@pass_context
def unset_mapping(context: Context, entity: str, store_key: str, name: str) -> None:
    """Forget a link; both records stay."""
    mappings.unlink(context.services, _connection(context, name), Entity(entity), store_key)
    context.emit({"store_key": store_key}, lambda: click.echo(f"{store_key} is not linked."))


@map_group.command("exclude")
@click.argument("entity", type=_ENTITY)
@click.argument("store_key")
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@pass_context
def exclude(context: Context, entity: str, store_key: str, name: str) -> None:
    """Keep a record out of synchronizations."""
    row = mappings.exclude(
        context.services, _connection(context, name), Entity(entity), store_key
    ).to_plain()
    context.emit(row, lambda: click.echo(f"{store_key} is {row['state']}."))


@map_group.command("include")
@click.argument("entity", type=_ENTITY)
@click.argument("store_key")
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@pass_context
def include(context: Context, entity: str, store_key: str, name: str) -> None:
    """Let an excluded record take part again."""
    row = mappings.include(
        context.services, _connection(context, name), Entity(entity), store_key
    ).to_plain()
    context.emit(row, lambda: click.echo(f"{store_key} is {row['state']}."))


@map_group.command("auto")
@click.argument("entity", type=_ENTITY)
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@click.option("--dry-run", is_flag=True, help="Link nothing; show what would be linked.")
@pass_context
def auto(context: Context, entity: str, name: str, *, dry_run: bool) -> int:
    """Link records that look the same by code, barcode or name; print what was found."""
    services, connection_id = context.services, _connection(context, name)
    items: list[mappings.AutoItem] = []
    after, remaining = "", 1
    while remaining:
        found = mappings.auto_map(
            services, connection_id, Entity(entity), dry_run=dry_run, after=after
        )
        items += found.items
        after, remaining = found.after, found.remaining
        progress(f"{len(items)} records looked at", last=not remaining)
    plain = mappings.AutoResult(items, 0).to_plain()
    counts = {
        word: sum(i.result == word for i in items) for word in ("linked", "ambiguous", "none")
    }
    document = {
        "items": plain["items"],
        "total": len(items),
        "counts": counts,
        "dry_run": dry_run,
    }

    def human() -> None:
        rows = [i for i in items if i.result != "none"]
        table(
            ("RECORD", "NAME", "RESULT", "ERP ID", "ERP RECORD", "BY"),
            [(i.store_key, i.label, i.result, i.erp_id, i.erp_label, i.matched_by) for i in rows],
        )
        would = "would be linked" if dry_run else "linked"
        click.echo(
            f"{counts['linked']} {would}, {counts['ambiguous']} left to a person, "
            f"{counts['none']} without a counterpart."
        )

    context.emit(document, human)
    return DONE if not counts["ambiguous"] else PARTLY


@map_group.command("export")
@click.argument("entity", type=_ENTITY)
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@click.option("--file", "path", type=click.Path(dir_okay=False), help="Where to; else stdout.")
@pass_context
def export(context: Context, entity: str, name: str, path: str | None) -> None:
    """Write the mappings as CSV (as JSON with --json, or to a file named .json)."""
    rows = list(mappings.export_rows(context.services, _connection(context, name), Entity(entity)))
    if path is None:
        context.emit({"items": rows, "total": len(rows)}, lambda: _write_csv(rows, sys.stdout))
        return
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            if path.endswith(".json"):
                json.dump({"items": rows, "total": len(rows)}, stream, indent=2)
            else:
                _write_csv(rows, stream)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}", fix="Choose another place."
        ) from error
    context.emit(
        {"file": path, "total": len(rows)},
        lambda: click.echo(f"{len(rows)} mappings written to {path}."),
    )


def _write_csv(rows: list[dict[str, Any]], stream: Any) -> None:
    writer = csv.DictWriter(stream, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "label": _harmless(str(row["label"]))})


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


@map_group.command("import")
@click.argument("entity", type=_ENTITY)
@click.argument("path", metavar="FILE")
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@pass_context
def import_file(context: Context, entity: str, path: str, name: str) -> int:
    """Link what FILE says (CSV or JSON, - for CSV on stdin); a bad row stops no other."""
    rows = _read_rows(path)
    results = mappings.import_rows(
        context.services, _connection(context, name), Entity(entity), rows
    )
    failed = [(row, error) for row, error in results if error is not None]
    document = {
        "total": len(results),
        "linked": len(results) - len(failed),
        "failed": len(failed),
        "errors": [
            {"store_key": str(row.get("store_key", "")), **error.to_plain()}
            for row, error in failed
        ],
    }

    def human() -> None:
        for _row, error in failed:
            click.echo(f"{error.record}: {error.cause}\n  Fix: {error.fix} ({error.code})")
        click.echo(f"{document['linked']} of {len(results)} rows taken.")

    context.emit(document, human)
    return PARTLY if failed else DONE


def _read_rows(path: str) -> list[dict[str, Any]]:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(
            f"{path} cannot be read: {reason}", fix="Give a CSV or JSON file in UTF-8."
        ) from error
    if path.endswith(".json"):
        rows = _json_rows(text, path)
    else:
        rows = [dict(row) for row in csv.DictReader(text.splitlines())]
    missing = [name for name in ("store_key", "erp_id") if rows and name not in rows[0]]
    if missing:
        raise ConfigError(
            f"{path} has no column {missing[0]}",
            fix="Its first line must name the columns store_key and erp_id, as map export writes.",
            code="mapping.file",
        )
    return rows


def _json_rows(text: str, path: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ConfigError(
            f"{path} is not valid JSON", fix="Give a file as map export writes it."
        ) from error
    rows = found.get("items") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(
            f"{path} holds no list of mappings", fix="Give a file as map export writes it."
        )
    return rows


map_group.add_command(back_list)
map_group.add_command(back_set)

"""Checks of the shop's side: can it be read, is the extension installed and whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from agent.erp.port import Finding
from agent.errors import ConfigError
from agent.services.container import Services
from agent.services.findings import error, of_error, ok, warning

CODE = "erp_bridge"
_MODELS = {
    "product": "Product",
    "category": "Category",
    "manufacturer": "Manufacturer",
    "option": "Option",
    "attribute": "Attribute",
}


def check_shop(services: Services) -> Iterator[Finding]:
    """Check that this is a shop that the agent can read."""
    shop = services.shop
    dialect = shop.dialect
    languages = ", ".join(language.code for language in shop.languages())
    yield ok(
        "shop",
        f"OpenCart {dialect.label} schema, {shop.product_count()} products, languages {languages}, "
        f"currency {shop.currency() or 'unknown'}",
    )
    if not shop.currency():
        yield warning(
            "shop",
            "The shop has no default currency",
            "Set it in OpenCart: System > Settings > your store > Local.",
            code="shop.currency",
        )
    yield from _images(services)
    try:
        _ = shop.orders
    except ConfigError as problem:
        yield warning("shop", problem.cause, problem.fix, code=problem.code)


def _images(services: Services) -> Iterator[Finding]:
    folder, url = services.config.shop.image_dir, services.shop.url()
    if folder is not None:
        if _readable(folder):
            yield ok("images", f"Pictures are read from {folder}")
        else:
            yield error(
                "images",
                f"The image folder {folder} is not there or may not be read",
                "Set [shop] image_dir to OpenCart's image folder (DIR_IMAGE in config.php), and "
                "let the agent's user read it.",
                code="shop.image_dir",
            )
    elif url:
        yield ok("images", f"Pictures are fetched from {url}")
    else:
        yield warning(
            "images",
            "Pictures cannot be read: neither [shop] image_dir nor [shop] url is set",
            "Set [shop] image_dir to OpenCart's image folder, or [shop] url to the shop's address.",
            code="shop.images",
        )


def _readable(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    except OSError:  # a folder above it may not be entered
        return False


def check_extension(services: Services) -> Iterator[Finding]:
    """Check that the extension is installed and that OpenCart still calls it."""
    dialect = services.shop.dialect
    unseen = [table for table in ("extension", "event") if not dialect.has(table)]
    if unseen:
        yield warning(
            "extension",
            f"Whether the extension is installed cannot be seen: table {unseen[0]} is missing or "
            "may not be read",
            "Run install.sh again to grant the right to read it.",
            code="extension.unseen",
        )
        return
    if not _installed(services):
        yield warning(
            "extension",
            "The extension is not installed in the shop: edits are found by the scan only, and "
            "there are no screens",
            "Upload erp_bridge.ocmod.zip in Extensions > Installer, then install it under "
            "Extensions > Modules.",
            code="extension.missing",
        )
        return
    yield ok("extension", "The extension is installed")
    problem = services.shop.outbox.problem()
    yield of_error("outbox", problem) if problem else ok("outbox", "The outbox table is there")
    yield from _events(services)


def _installed(services: Services) -> bool:
    prefix = services.database.prefix
    with services.database.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM `{prefix}extension` WHERE `type` = 'module' AND `code` = %s",  # noqa: S608
            (CODE,),
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _events(services: Services) -> Iterable[Finding]:
    prefix = services.database.prefix
    with services.database.cursor() as cursor:
        cursor.execute(
            f"SELECT `trigger`, `status` FROM `{prefix}event` WHERE `code` LIKE %s",  # noqa: S608
            (CODE.replace("_", r"\_") + "%",),
        )
        rows = {str(trigger): int(status or 0) for trigger, status in cursor.fetchall()}
    needed = needed_triggers(services.shop.dialect.label)
    missing = [trigger for trigger in needed if trigger not in rows]
    disabled = [trigger for trigger, status in rows.items() if not status]
    fix = "Open the module's settings page in the shop's admin and press Repair events."
    if missing:
        return [
            warning(
                "events",
                f"{len(missing)} of the extension's events are missing, e.g. {missing[0]}: such "
                "edits are found by the scan only",
                fix,
                code="extension.events_missing",
            )
        ]
    if disabled:
        return [
            warning(
                "events",
                f"{len(disabled)} of the extension's events are switched off, e.g. {disabled[0]}",
                fix,
                code="extension.events_disabled",
            )
        ]
    return [ok("events", f"All of the extension's {len(rows)} events are there")]


def needed_triggers(schema: str) -> list[str]:
    """Return the triggers without which edits of the catalogue are not noticed.

    OpenCart writes the method of a model after a slash, from 4.1 on after a dot.
    """
    mark = "." if schema == "4.1" else "/"
    return [
        f"admin/model/catalog/{model}{mark}{verb}{name}/after"
        for model, name in _MODELS.items()
        for verb in ("add", "edit", "delete")
    ]

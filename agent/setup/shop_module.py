"""What the extension's module leaves in the database of an OpenCart 3.x shop.

Its own uninstall takes the event rows away; once its files are gone, nothing in the shop does.
"""

from __future__ import annotations

from collections.abc import Callable

import pymysql
from pymysql.constants import ER
from pymysql.cursors import Cursor

from agent.errors import ConfigError
from agent.setup.opencart_config import StoreFolder, database_password

_CODE = "erp_bridge"


def part_with_module(store: StoreFolder, say: Callable[[str], None], *, force: bool) -> None:
    """See that no event stays in the shop without the files it calls.

    With ``force`` the events of a module that is still installed are removed.

    Raises:
        ConfigError: without ``force``: the module is installed, or whether it is cannot be seen.
    """
    try:
        events = _part(store, force=force)
    except pymysql.err.MySQLError as error:
        text = str(error.args[1]) if len(error.args) > 1 else str(error)
        unseen = ConfigError(
            "Whether the module is still installed in the shop cannot be seen: its database says "
            f"{text}",
            fix="Uninstall ERP Bridge in the shop's admin, Extensions > Extensions > Modules, and "
            "run this again with --yes.",
            code="setup.shop_database",
        )
        if not force:
            raise unseen from error
        say(f"Mind: {unseen}")
        return
    if events:
        say(f"Removed from the shop's database: {events} of the extension's events")


def _part(store: StoreFolder, *, force: bool) -> int:
    with (
        pymysql.connect(
            host=store.db_host,
            port=store.db_port,
            user=store.db_user,
            password=database_password(store.root),
            database=store.db_name,
            connect_timeout=10,
            autocommit=True,
            charset="utf8mb4",
        ) as connection,
        connection.cursor() as cursor,
    ):
        extensions, events = f"`{store.db_prefix}extension`", f"`{store.db_prefix}event`"
        if force:
            return _run(cursor, f"DELETE FROM {events} WHERE `code` = %s")  # noqa: S608
        if _run(cursor, f"SELECT 1 FROM {extensions} WHERE `type` = 'module' AND `code` = %s"):  # noqa: S608
            raise ConfigError(
                f"The module ERP Bridge is still installed in the shop in {store.root}",
                fix="Uninstall it in the shop's admin first, Extensions > Extensions > Modules, "
                "and run this again. Or give --yes: its events are removed with its files then.",
                code="setup.module_installed",
            )
    return 0


def _run(cursor: Cursor, statement: str) -> int:
    """Run a statement about the extension and return how many rows it met."""
    try:
        return cursor.execute(statement, (_CODE,))
    except pymysql.err.ProgrammingError as error:
        if error.args[0] == ER.NO_SUCH_TABLE:
            return 0
        raise

"""Runs alembic from inside the program: no ini file, no command line, no files next to the shop."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from agent.db import Database

_alembic = threading.Lock()  # its operations find their context in a global of the process


def upgrade(connection: Connection, database: Database, folder: Path) -> None:
    """Apply the revisions in ``folder`` that the tables lack."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    def steps(revision: Any, _context: MigrationContext) -> Any:
        return script._upgrade_revs("head", revision)  # noqa: SLF001 - alembic's own command does

    with _alembic, EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(
            connection=connection,
            transactional_ddl=False,
            table_prefix=f"{database.prefix}erp_",
            table_schema=database.settings.schema,
            version_table=f"{database.prefix}erp_version",
            version_table_schema=database.settings.schema,
        )
        environment.run_migrations()

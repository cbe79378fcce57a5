"""The root command, and what becomes of errors."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

import click

from agent import __version__
from agent.cli import common
from agent.cli.common import BROKEN, USAGE, Context, Group
from agent.cli.connections import connection
from agent.cli.held import held
from agent.cli.jobs import job
from agent.cli.mappings import map_group
from agent.cli.operate import doctor, keys, migrate, pairing
from agent.cli.sandbox import sandbox
from agent.cli.server import serve, serve_web, worker
from agent.cli.syncing import sync
from agent.errors import BridgeError


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="erp-bridge")
def cli() -> None:
    """Keep an OpenCart shop and its ERP as one."""


_COMMANDS: tuple[click.Command, ...] = (
    serve,
    serve_web,
    worker,
    migrate,
    doctor,
    connection,
    sync,
    map_group,
    job,
    held,
    pairing,
    keys,
    sandbox,
)
for _command in _COMMANDS:
    cli.add_command(_command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    context = Context()
    try:
        result = cli.main(
            args=None if argv is None else list(argv),
            prog_name="erp-bridge",
            standalone_mode=False,
            obj=context,
        )
    except BridgeError as error:
        _trace(context)
        common.show_error(context, error)
        return common.exit_code(error)
    except click.ClickException as error:
        return _usage(context, error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return BROKEN
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output is gone
        return BROKEN
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _internal(context, error)
    finally:
        context.close()
    return result if isinstance(result, int) else 0


def _usage(context: Context, error: click.ClickException) -> int:
    if context.as_json or "--json" in sys.argv:
        context.as_json = True
        plain = {"code": "usage", "record": "", "cause": error.format_message(), "retry": False}
        context.emit({"error": plain | {"fix": "See erp-bridge --help."}}, lambda: None)
    else:
        error.show(sys.stderr)
    return USAGE


def _internal(context: Context, error: Exception) -> int:
    _trace(context)
    common.show_error(
        context,
        BridgeError(
            f"The agent met an error of its own: {type(error).__name__}",
            fix="Run the command again with --debug and report what it shows.",
            code="agent.internal",
        ),
    )
    return BROKEN


def _trace(context: Context) -> None:
    if context.debug:
        traceback.print_exc(file=sys.stderr)

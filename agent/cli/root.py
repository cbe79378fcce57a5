"""The root command, and what becomes of errors."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Mapping, Sequence

import click

from agent import __version__
from agent.cli import common
from agent.cli.common import BROKEN, USAGE, Context, Group
from agent.errors import BridgeError

_COMMANDS: Mapping[str, str] = {
    "serve": "server:serve",
    "serve-web": "server:serve_web",
    "worker": "server:worker",
    "migrate": "operate:migrate",
    "doctor": "operate:doctor",
    "connection": "connections:connection",
    "sync": "syncing:sync",
    "map": "mappings:map_group",
    "job": "jobs:job",
    "held": "held:held",
    "pairing": "operate:pairing",
    "keys": "operate:keys",
    "sandbox": "sandbox:sandbox",
    "bench": "bench:bench",
}
"""Commands and where they are: a command loads its own module only, which keeps it quick."""


class _Root(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(f"agent.cli.{module}"), name)
        assert isinstance(found, click.Command)  # noqa: S101 - narrows for mypy
        return found


@click.group(cls=_Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="erp-bridge")
def cli() -> None:
    """Keep an OpenCart shop and its ERP as one."""


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    context = Context()
    arguments = list(sys.argv[1:] if argv is None else argv)
    # known before parsing, so that errors of parsing are told as asked for, too
    context.as_json = "--json" in arguments
    try:
        result = cli.main(
            args=arguments,
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
    if context.as_json:
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

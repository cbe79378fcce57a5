"""What all commands share: configuration, services, output and exit codes.

Exit codes: 0 done, 3 some records failed or are held, 2 usage or configuration, 1 broken. With
``--json`` exactly one JSON document goes to stdout; progress, questions and logs go to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from agent import logs
from agent.config import Config, load_config
from agent.errors import BridgeError, ConfigError
from agent.ledger import Missing, WrongState
from agent.security.masking import mask_value
from agent.services.container import Services
from agent.services.errors import Conflict, InvalidInput, NotFound

DONE = 0
BROKEN = 1
USAGE = 2
PARTLY = 3

_USAGE_ERRORS = (ConfigError, InvalidInput, NotFound, Conflict, Missing, WrongState)


class Context:
    """One run of the command line."""

    def __init__(self) -> None:
        self.as_json = False
        self.debug = False
        self.config_path: Path | None = None
        self._emitted = False

    @cached_property
    def config(self) -> Config:
        """The configuration.

        Raises:
            ConfigError: it is wrong.
        """
        return load_config(self.config_path)

    @cached_property
    def services(self) -> Services:
        """The agent's parts, logging set up for a person at a terminal."""
        self.log_for_people()
        return Services(self.config)

    def log_for_people(self) -> None:
        """Log warnings as text, as short commands do."""
        logs.configure(level="debug" if self.debug else "warning", form="text", mask=mask_value)

    def log_for_services(self) -> None:
        """Log as configured, as running services do."""
        section = self.config.log
        logs.configure(
            level="debug" if self.debug else section.level, form=section.format, mask=mask_value
        )

    def emit(self, document: Any, human: Callable[[], None]) -> None:
        """Give the command's result: ``document`` as JSON, or what ``human`` prints."""
        if not self.as_json:
            human()
            return
        if self._emitted:
            raise AssertionError("a command gives one document")
        self._emitted = True
        click.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))

    def close(self) -> None:
        """Close what was opened."""
        made = self.__dict__.get("services")
        if made is not None:
            made.close()


pass_context = click.make_pass_decorator(Context, ensure=True)


def _set_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Context).as_json = True


def _set_debug(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Context).debug = True


def _set_config(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value:
        ctx.ensure_object(Context).config_path = Path(value)


def _options() -> list[click.Option]:
    return [
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_set_json,
            help="Print one JSON document on stdout.",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            callback=_set_debug,
            help="Log everything, and show where an error came from.",
        ),
        click.Option(
            ["--config"],
            metavar="FILE",
            expose_value=False,
            callback=_set_config,
            help="Configuration file (else $ERP_BRIDGE_CONFIG or /etc/erp-bridge/agent.toml).",
        ),
    ]


class Command(click.Command):
    """A command with the options that all commands have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _options()


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _options()


def exit_code(error: BridgeError) -> int:
    """Return the exit code for an error that ended a command."""
    return USAGE if isinstance(error, _USAGE_ERRORS) else BROKEN


def show_error(context: Context, error: BridgeError) -> None:
    """Print an error: as the one JSON document, or for people on stderr."""
    plain = error.to_plain()
    if isinstance(error, InvalidInput) and error.fields:
        plain["fields"] = error.fields
    if context.as_json:
        context.emit({"error": plain}, lambda: None)
        return
    record = f"{error.record}: " if error.record else ""
    click.echo(f"Error: {record}{error.cause}", err=True)
    click.echo(f"Fix:   {error.fix}", err=True)
    click.echo(f"Code:  {error.code}", err=True)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headers, columns aligned."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [
        max([len(header), *(len(row[index]) for row in cells)])
        for index, header in enumerate(headers)
    ]
    for row in [list(headers), *cells]:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def progress(text: str, *, last: bool = False) -> None:
    """Show progress on stderr: one line that is written over at a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r{text:<78}", err=True, nl=last)
    else:
        click.echo(text, err=True)


def read_secret(path: str | None, prompt: str) -> str:
    """Return a secret from a file, from stdin (``-``), or asked for at a terminal.

    Raises:
        ConfigError: the file cannot be read, or nobody is there to be asked.
    """
    if path == "-":
        return sys.stdin.readline().rstrip("\r\n")
    if path is not None:
        try:
            return Path(path).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise ConfigError(
                f"The secret file {path} cannot be read: {reason}",
                fix="Give a file with the password or API key in its first line, or - for stdin.",
                code="config.secret_file",
            ) from error
    if sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True, err=True))
    raise ConfigError(
        "No password or API key was given",
        fix="Give --secret-file FILE, or --secret-file - and the secret on stdin.",
        code="config.secret_missing",
    )

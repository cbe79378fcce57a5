"""``erp-bridge serve`` and ``worker``: the running agent."""

from __future__ import annotations

import ipaddress
import os
import threading

import click
import structlog

from agent.cli.common import Command, Context, pass_context
from agent.cli.supervisor import Child, die_with_supervisor, supervise
from agent.config import Config
from agent.errors import ConfigError
from agent.ledger import stop_on_signals
from agent.services.background import make_worker

_log = structlog.get_logger(__name__)


def check_bind(config: Config, *, insecure: bool) -> None:
    """Refuse to listen where other machines reach the agent, unless that is wanted and safe.

    Raises:
        ConfigError: the address is not loopback and ``allow_remote`` is not set, or there is no
            TLS and ``insecure`` was not said.
    """
    if _is_loopback(config.agent.bind):
        return
    if not config.security.allow_remote:
        raise ConfigError(
            f"[agent] bind = {config.agent.bind!r} lets other machines reach the agent",
            fix='Set [agent] bind = "127.0.0.1", or [security] allow_remote = true if the shop '
            "runs on another machine.",
            code="config.bind",
        )
    if not config.security.tls_cert and not insecure:
        raise ConfigError(
            "The agent would listen for other machines without TLS: calls are signed, but not "
            "hidden",
            fix="Set [security] tls_cert and tls_key, or start with --without-tls behind a TLS "
            "proxy or inside a private network.",
            code="config.bind_tls",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@click.command("serve", cls=Command)
@click.option("--without-tls", is_flag=True, help="Allow other machines without TLS.")
@pass_context
def serve(context: Context, *, without_tls: bool) -> int:
    """Run web and worker for one machine until SIGTERM or SIGINT."""
    config = context.config
    check_bind(config, insecure=without_tls)
    services = context.services
    context.log_for_services()
    services.require_migrated()
    services.vault.check()
    services.pairing.live_keys()
    services.database.close()  # the children open their own
    return supervise([Child("web", ("serve-web",)), Child("worker", ("worker",))], context)


@click.command("serve-web", cls=Command, hidden=True)
@pass_context
def serve_web(context: Context) -> None:
    """Run the web part only; ``serve`` starts it."""
    from agent.cli.web import run_web  # noqa: PLC0415 - other commands need no web server

    die_with_supervisor()
    context.log_for_services()
    run_web(context.config, context.log_for_services)


@click.command("worker", cls=Command)
@click.option("--threads", type=click.IntRange(1, 64), help="Tasks done side by side.")
@pass_context
def worker(context: Context, threads: int | None) -> None:
    """Run one worker on the shared queue until SIGTERM or SIGINT."""
    die_with_supervisor()
    services = context.services
    context.log_for_services()
    services.require_migrated()
    if services.connections.enforce_guard():
        _log.error("this shop is not the confirmed one: all connections are paused")
    stop = threading.Event()
    stop_on_signals(stop)
    name = f"{context.config.agent.name}:{os.getpid()}"
    make_worker(services, name, threads=threads).run(stop)

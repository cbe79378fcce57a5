"""Runs the demo: ``python -m agent.demo [--erp NAME] [--products N] [--keep]``."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import textwrap
from pathlib import Path

import click

from agent.demo import catalogue, orders
from agent.demo import stage as demo
from agent.demo.erp import DemoErp
from agent.demo.odoo import Odoo
from agent.demo.runs import Runs, listed
from agent.demo.sap_b1 import SapB1
from agent.demo.stage import Stage, explain, raise_stage
from agent.errors import BridgeError
from agent.sandbox.waiting import wait_for
from agent.security.pairing import PairingKey

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ERPS: dict[str, type[DemoErp]] = {"odoo": Odoo, "sap-b1": SapB1}
_ORDERS = 30
_WIDTH = 96


@click.command()
@click.option(
    "--erp",
    "names",
    type=click.Choice([*_ERPS]),
    multiple=True,
    default=[*_ERPS],
    help="Only this ERP; can be given again.  [default: all]",
)
@click.option(
    "--products",
    type=click.IntRange(min=10),
    default=200,
    show_default=True,
    help="Size of the sample shop.",
)
@click.option("--schema", "version", default="4.1", show_default=True, help="OpenCart's schema.")
@click.option("--keep", is_flag=True, help="Leave everything running until Ctrl-C.")
def main(names: tuple[str, ...], products: int, version: str, keep: bool) -> None:
    """Carry a sample shop's catalogue and orders into stand-ins for ERPs; show what happened."""
    with tempfile.TemporaryDirectory(prefix="erp-bridge-demo-") as name:
        stage = raise_stage(Path(name))
        try:
            _set_up(stage, products, version)
            erps = [_ERPS[name]() for name in dict.fromkeys(names)]
            for erp in erps:
                _play(stage, erp)
            if keep:
                _keep(stage, erps)
        finally:
            for number in _ENDINGS:  # a second Ctrl-C must not leave servers behind
                signal.signal(number, signal.SIG_IGN)
            stage.stop()
    _say("\nEverything that was started is stopped and removed again.")


def _set_up(stage: Stage, products: int, version: str) -> None:
    _say(
        f"A sample shop in a private MariaDB: OpenCart {version}, {products} products, "
        f"{_ORDERS} orders; the agent beside it."
    )
    images = stage.folder / "image"
    images.mkdir()
    stage.database.create_database(demo.DATABASE)
    stage.configure(images)
    size = ("--products", str(products), "--orders", str(_ORDERS))
    stage.bridge("sandbox", "store", "--version", version, *size, "--image-dir", str(images))
    stage.bridge("migrate")
    stage.door.open(PairingKey.parse(stage.bridge("pairing", "show")["key"]))
    stage.start("serve")
    wait_for(f"{stage.agent_url}/health", stage.processes)


def _play(stage: Stage, erp: DemoErp) -> None:
    _say(f"\n== {erp.label}: {erp.start(stage)}")
    runs = Runs(stage, erp, _say)
    catalogue.play(runs)
    orders.play(runs)
    _say(f"  In it now: {listed(erp.counts())}.")
    stage.bridge("connection", "pause", erp.name)


def _keep(stage: Stage, erps: list[DemoErp]) -> None:
    lines = [(erp.label, erp.visit()) for erp in erps]
    lines += [
        ("agent", f"{stage.agent_url}/health"),
        ("shop", f"mysql -h127.0.0.1 -P{stage.database.port} -uroot {demo.DATABASE}"),
        ("commands", f"ERP_BRIDGE_CONFIG={stage.config} erp-bridge job list"),
    ]
    _say("\nRunning until Ctrl-C.")
    for label, where in lines:
        _say(f"  {label:18}{where}")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()


def _say(text: str) -> None:
    """Print; what is longer than a line goes on below, indented."""
    click.echo(
        textwrap.fill(text, _WIDTH, subsequent_indent="    ", drop_whitespace=True)
        if len(text) > _WIDTH
        else text
    )


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    try:
        main(standalone_mode=False)
    except BridgeError as error:
        sys.exit(f"\nThe demo could not go on. {explain(error)}")
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)

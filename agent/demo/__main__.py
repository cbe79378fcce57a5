"""Runs the demo: ``python -m agent.demo [--products N] [--keep]``."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import time
import xmlrpc.client
from pathlib import Path
from typing import Any

import click

from agent.demo import orders
from agent.demo import stage as demo
from agent.demo.stage import Stage, explain, raise_stage
from agent.errors import BridgeError
from agent.sandbox.waiting import wait_for

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COLUMNS = ("read", "unchanged", "created", "updated", "archived", "failed", "held", "warning")
_MODELS = (
    ("product.category", "categories"),
    ("product.attribute", "attributes"),
    ("product.attribute.value", "attribute values"),
    ("product.template", "products"),
    ("product.product", "variants"),
    ("res.partner", "contacts"),
    ("sale.order", "sales orders"),
    ("account.move", "invoices"),
)


@click.command()
@click.option(
    "--products",
    type=click.IntRange(min=10),
    default=200,
    show_default=True,
    help="Size of the sample shop.",
)
@click.option("--schema", "version", default="4.1", show_default=True, help="OpenCart's schema.")
@click.option("--keep", is_flag=True, help="Leave everything running until Ctrl-C.")
def main(products: int, version: str, keep: bool) -> None:
    """Carry a sample shop's catalogue and orders into a sandbox Odoo and show what happened."""
    with tempfile.TemporaryDirectory(prefix="erp-bridge-demo-") as name:
        _say("A private MariaDB")
        stage = raise_stage(Path(name))
        try:
            _set_up(stage, products, version)
            _play(stage)
            if keep:
                _keep(stage)
        finally:
            for number in _ENDINGS:  # a second Ctrl-C must not leave servers behind
                signal.signal(number, signal.SIG_IGN)
            stage.stop()
    _say("\nEverything that was started is stopped and removed again.")


def _set_up(stage: Stage, products: int, version: str) -> None:
    _say(f"A sample shop in it: schema of OpenCart {version}, {products} products")
    images = stage.folder / "image"
    images.mkdir()
    stage.database.create_database(demo.DATABASE)
    stage.configure(images)
    stage.bridge(
        "sandbox",
        "store",
        "--version",
        version,
        "--products",
        str(products),
        "--orders",
        "30",
        "--image-dir",
        str(images),
    )
    _say(f"A sandbox Odoo at {stage.odoo_url}")
    stage.start(
        "sandbox",
        "odoo",
        "--port",
        str(stage.odoo_port),
        "--database",
        demo.ODOO_DATABASE,
        "--language",
        "de_DE",
    )
    wait_for(f"{stage.odoo_url}/web/version", stage.processes)
    _say(f"The agent at {stage.agent_url}")
    stage.bridge("migrate")
    stage.start("serve")
    wait_for(f"{stage.agent_url}/health", stage.processes)
    secret = stage.folder / "secret"
    secret.write_text(demo.ODOO_PASSWORD, encoding="utf-8")
    stage.bridge(
        "connection",
        "add",
        "--kind",
        "odoo",
        "--name",
        demo.CONNECTION,
        "--url",
        stage.odoo_url,
        "--database",
        demo.ODOO_DATABASE,
        "--user",
        demo.ODOO_USER,
        "--secret-file",
        str(secret),
    )


def _play(stage: Stage) -> None:
    _say("\nFirst run: everything is new to Odoo ...")
    rows = [("first run", _sync(stage))]
    _say("Second run: nothing has changed ...")
    rows.append(("second run", _sync(stage)))
    _say("Third run: three prices are new, one product has lost its name ...")
    stage.database.execute(
        "UPDATE oc_product SET price = price + 1 ORDER BY product_id LIMIT 3",
        demo.DATABASE,
    )
    stage.database.execute(
        "UPDATE oc_product_description SET name = '' WHERE product_id = 7",
        demo.DATABASE,
    )
    rows.append(("third run", _sync(stage)))
    _table(rows)
    for label, job in rows:
        _reasons(label, stage.bridge("job", "show", str(job["id"]), "--records")["records"])
    _table(orders.play(stage, _say))
    _say("\nIn the sandbox Odoo now:")
    for label, count in _count(stage):
        _say(f"  {count:>6}  {label}")


def _sync(stage: Stage) -> Any:
    started = time.monotonic()
    job = stage.bridge(
        "sync", "products", "--connection", demo.CONNECTION, "--direction", "to-erp", "--all"
    )
    job["seconds"] = time.monotonic() - started
    return job


def _table(rows: list[tuple[str, Any]]) -> None:
    head = f"{'':12}" + "".join(f"{name:>10}" for name in _COLUMNS) + f"{'seconds':>10}"
    _say(f"\n{head}\n{'-' * len(head)}")
    for label, job in rows:
        counts = "".join(f"{job['counts'][name]:>10}" for name in _COLUMNS)
        _say(f"{label:12}{counts}{job['seconds']:>10.1f}")


def _reasons(label: str, records: list[Any]) -> None:
    """Print each kind of failure or warning once, with an example."""
    kinds: dict[tuple[str, str], list[Any]] = {}
    for record in records:
        kinds.setdefault((record["outcome"], record["code"]), []).append(record)
    for (outcome, code), found in kinds.items():
        first = found[0]
        _say(
            f"\n{label}, {len(found)} x {outcome} ({code}), e.g. {first['label']}:"
            f"\n  {first['cause']}\n  Fix: {first['fix']}"
        )


def _count(stage: Stage) -> list[tuple[str, int]]:
    proxy = xmlrpc.client.ServerProxy(f"{stage.odoo_url}/xmlrpc/2/object")
    common = xmlrpc.client.ServerProxy(f"{stage.odoo_url}/xmlrpc/2/common")
    with proxy, common:
        login = (demo.ODOO_DATABASE, demo.ODOO_USER, demo.ODOO_PASSWORD)
        uid = common.authenticate(*login, {})
        return [
            (
                label,
                int(
                    str(proxy.execute_kw(login[0], uid, login[2], model, "search_count", [[]], {}))
                ),
            )
            for model, label in _MODELS
        ]


def _keep(stage: Stage) -> None:
    _say(
        f"\nRunning until Ctrl-C.\n  sandbox Odoo  {stage.odoo_url}  ({demo.ODOO_USER} /"
        f" {demo.ODOO_PASSWORD})\n  agent         {stage.agent_url}/health\n"
        f"  shop          mysql -h127.0.0.1 -P{stage.database.port} -uroot {demo.DATABASE}\n"
        f"  command line  ERP_BRIDGE_CONFIG={stage.config} erp-bridge job list"
    )
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()


def _say(text: str) -> None:
    click.echo(text)


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

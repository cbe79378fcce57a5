"""What the extension's event handler costs a shopper's checkout, in real shops, the agent down.

    python -m agent_tests.bench.outbox_cost
    python -m agent_tests.bench.outbox_cost --version 4.1.0.4 --orders 100

Each order is placed twice: with the extension's events on and off, one after the other, so that
whatever else the machine does weighs on both. The handler's own time is taken inside of PHP:
loading it, reading the event, and writing the outbox row at the end of the request.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from agent.bench.orders import percentile
from agent.sandbox.mariadb import start_mariadb
from agent_tests.browser.installed import Installed, install, pair
from agent_tests.lab.opencart import StoreAbsent, install_store
from agent_tests.lab.opencart_checkout import Account, Basket, checkout, register

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.0.5.1", "4.1.0.4")
_USE = r"use \ErpBridge\Shell\CatalogEvents;"
# PHP runs shutdown functions in the order in which they were registered: the handler's own, which
# writes the row, stands between the two here.
_METER = r"""
    use \ErpBridge\Shell\CatalogEvents { record as private handled; }

    private static $spent;

    public function record(&$route = '', &$args = [], &$output = null)
    {
        $begin = hrtime(true);
        $first = self::$spent === null;

        if ($first) {
            self::$spent = $GLOBALS['erp_bridge_loading'];
            register_shutdown_function(function () {
                self::$spent -= hrtime(true);
            });
        }

        $this->handled($route, $args, $output);
        self::$spent += hrtime(true) - $begin;

        if ($first) {
            register_shutdown_function(function () {
                self::$spent += hrtime(true);
                file_put_contents('%s', self::$spent . "\n", FILE_APPEND | LOCK_EX);
            });
        }
    }
"""


@dataclass(slots=True)
class Cost:
    """Milliseconds: the handler's own, and the whole confirming request with and without it."""

    handler: list[float] = field(default_factory=list)
    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)

    def line(self) -> str:
        """Return the figures for people."""
        return (
            f"{len(self.handler)} checkouts, handler p50 {percentile(self.handler, 50):.2f} ms, "
            f"p95 {percentile(self.handler, 95):.2f} ms, most {max(self.handler):.2f} ms; "
            f"confirming request p50 {percentile(self.on, 50):.1f} ms with it, "
            f"{percentile(self.off, 50):.1f} ms without"
        )


def measure(shop: Installed, orders: int) -> Cost:
    """Place ``orders`` orders with the events on, and as many with them off."""
    found = shop.store.folder / "handler.txt"
    _put_meter(shop, found)
    account = register(shop.store)
    checkout(shop.store, Basket(), account)
    cost = Cost()
    for _ in range(orders):
        _switch(shop, on=True)
        found.unlink(missing_ok=True)
        cost.on.append(_buy(shop, account))
        # every request that saves something has a line: the last one is the confirming request's
        cost.handler.append(int(found.read_text().split()[-1]) / 1e6)
        _switch(shop, on=False)
        cost.off.append(_buy(shop, account))
    _switch(shop, on=True)
    return cost


def _put_meter(shop: Installed, found: Path) -> None:
    (file,) = (
        path
        for path in shop.store.tree.rglob("event.php")
        if _USE in path.read_text() and _shop(path)
    )
    text = file.read_text().replace(_USE, _METER.replace("%s", str(found)).strip())
    load = "require_once DIR_"
    assert text.count(load) == 1
    text = text.replace(load, f"$erp_bridge_begin = hrtime(true);\n\n{load}")
    end = "autoload.php';\n"
    loading = "$GLOBALS['erp_bridge_loading'] = hrtime(true) - $erp_bridge_begin;\n"
    file.unlink()  # it may be shared with the image that shops are copied from
    file.write_text(text.replace(end, f"{end}\n{loading}"))


def _shop(path: Path) -> bool:
    return "admin" not in path.parts


def _switch(shop: Installed, *, on: bool) -> None:
    shop.store.rows("UPDATE {p}event SET status = %s WHERE code LIKE 'erp\\_bridge%%'", (int(on),))


def _buy(shop: Installed, account: Account) -> float:
    """Place an order; return what its confirming request took, in milliseconds."""
    account.shopper.seen.clear()
    checkout(shop.store, Basket(), account)
    (confirming,) = (r for r in account.shopper.seen if "payment/cod" in unquote(r.url))
    return confirming.elapsed.total_seconds() * 1000


def main() -> None:
    """Measure the versions asked for and print a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", action="append", help=f"OpenCart's; {', '.join(VERSIONS)}")
    parser.add_argument("--orders", type=int, default=50)
    options = parser.parse_args()
    server = start_mariadb()
    try:
        with tempfile.TemporaryDirectory() as folder:
            build = ROOT / "opencart_extension" / "build.py"
            command = [sys.executable, str(build), "--output", folder]
            subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            for version in options.version or VERSIONS:
                try:
                    store = install_store(version, server)  # type: ignore[arg-type]
                except StoreAbsent as absent:
                    sys.exit(str(absent))
                try:
                    shop = install(store, Path(folder) / "erp_bridge.ocmod.zip")
                    pair(shop)
                    print(f"OpenCart {version}: {measure(shop, options.orders).line()}")
                finally:
                    store.stop()
    finally:
        server.stop()


if __name__ == "__main__":
    main()

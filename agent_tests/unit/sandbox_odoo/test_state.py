"""A sandbox goes on from where it was saved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client
from agent_tests.unit.sandbox_odoo.conftest import client


@pytest.mark.parametrize("version", ["19", "14"])
def test_everything_is_there_again(version: str, tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    with OdooSandbox(version, state=path, languages=["de_DE"]) as sandbox:
        odoo = client(sandbox, "admin")
        odoo("product.template", "load", ["id", "name", "barcode"], [["x.mug", "Mug 😀", "123"]])
        odoo("res.users", "create", {"name": "Eve", "login": "eve", "password": "secret"})
        before = {name: table.rows for name, table in sandbox.site.database.tables.items()}
        ids = {name: table.next_id for name, table in sandbox.site.database.tables.items()}
    with OdooSandbox(version, state=path) as again:
        tables = again.site.database.tables
        assert {name: table.rows for name, table in tables.items()} == before
        assert {name: table.next_id for name, table in tables.items()} == ids
        odoo = client(again, "admin")
        rows = [["x.mug", "Cup", "123"]]
        assert odoo("product.template", "load", ["id", "name", "barcode"], rows)["messages"] == []
        assert odoo("product.product", "search_count", [["barcode", "=", "123"]]) == 1
        assert odoo.common.authenticate(again.database, "eve", "secret", {})


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    with OdooSandbox("14", state=path):
        pass
    with pytest.raises(ValueError, match="saved by Odoo 14"):
        OdooSandbox("19", state=path)
    path.write_text("{}")
    with pytest.raises(ValueError, match="no saved sandbox"):
        OdooSandbox("19", state=path)


def test_a_server_told_to_end_saves_first(tmp_path: Path) -> None:
    path = tmp_path / "odoo.json"
    code = (
        "import sys; from pathlib import Path; from agent.sandbox.odoo import OdooSandbox\n"
        "server = OdooSandbox('19', state=Path(sys.argv[1]))\n"
        "print(server.url, flush=True); server.serve_forever()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    url = process.stdout.readline().strip()
    odoo = Client(url, "sandbox", "admin", "admin")
    odoo("product.category", "create", {"name": "Desks"})
    process.terminate()
    assert process.wait() == 0
    process.stdout.close()
    with OdooSandbox("19", state=path) as again:
        assert again.execute("product.category", "search_count", [["name", "=", "Desks"]]) == 1

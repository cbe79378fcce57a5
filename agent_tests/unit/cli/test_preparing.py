"""``erp-bridge connection prepare`` as people use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.unit.cli.conftest import CommandLine


@pytest.fixture
def company(shop: CommandLine) -> Iterator[SapB1Sandbox]:
    with SapB1Sandbox() as running:
        added = shop.quick(
            *("connection", "add", "--kind", "sap_b1", "--name", "sap", "--url", running.url),
            *("--database", running.company.name, "--user", "manager", "--secret-file", "-"),
            stdin="manager",
        )
        assert added.code == 0
        yield running
        assert shop.quick("connection", "remove", "sap", "--yes").code == 0


def test_it_is_shown_then_made(shop: CommandLine, company: SapB1Sandbox) -> None:
    shown = shop.quick("connection", "prepare", "sap", "--dry-run")
    assert shown.code == 0
    assert "The table @ERPB_KEY is missing" in shown.out
    assert not company.company.table("UserTablesMD").rows

    made = shop.quick("connection", "prepare", "sap")
    assert made.code == 0
    assert "Made the table @ERPB_KEY" in made.out
    assert set(company.company.table("UserTablesMD").rows) == {
        "ERPB_KEY",
        "ERPB_ATTR",
        "ERPB_VALUE",
    }
    assert shop.json("connection", "prepare", "sap")["prepared"] is True


def test_what_could_not_be_made(shop: CommandLine, company: SapB1Sandbox) -> None:
    text = "You are not permitted to perform this action"
    company.order("refusal", method="POST", resource="UserFieldsMD", code=-5002, text=text)
    failed = shop.quick("connection", "prepare", "sap")
    assert failed.code != 0
    assert text in failed.out
    assert "sap_b1.prepare" in failed.out


def test_an_erp_that_needs_none(shop: CommandLine) -> None:
    shown = shop.quick("connection", "prepare", "main", "--dry-run")
    assert shown.code == 0
    assert "needs no preparing" in shown.out

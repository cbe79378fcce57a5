"""The kind as the registry offers it, and what the adapter does before a company is prepared."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.erp.forms import ChoicesErp
from agent.erp.port import Change, Erp
from agent.erp.prepare import PreparableErp
from agent.erp.registry import KINDS, check_settings, choices, connect, kinds_at
from agent.erp.sales import SalesErp, Step, StepInput
from agent.erp.source import SourceErp
from agent.errors import ConfigError
from agent.model.catalogue import Manufacturer
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.unit.sap_b1.conftest import INSTANCE, PASSWORD

KEPT_IN_B1 = [
    *(Entity.TAXES, Entity.TAX_RATES, Entity.CURRENCIES, Entity.CARRIERS),
    *(Entity.PAYMENT_METHODS, Entity.ORDER_STATUS),
]


def settings(sandbox: SapB1Sandbox, **more: Any) -> dict[str, Any]:
    return {"url": sandbox.url, "database": sandbox.company.name, "user": "manager", **more}


@pytest.fixture
def erp(sandbox: SapB1Sandbox, folder: Path) -> Iterator[Erp]:
    kind = kinds_at(folder)["sap_b1"]
    opened = kind.open(settings(sandbox), PASSWORD, INSTANCE, "EUR")
    yield opened
    opened.close()


def manufacturer() -> Change:
    record = Manufacturer(key="1", name="Acme")
    return Change(record, frozenset({"name"}), f"{INSTANCE}.manufacturers_1")


def no_media(image: object) -> bytes:
    raise AssertionError(image)


def test_the_kind() -> None:
    kind = KINDS["sap_b1"]
    assert kind.label == "SAP Business One"
    labels = {field.name: field.label for field in kind.fields}
    assert labels["database"] == "Company database"
    assert kind.secret.type == "password"
    assert set(kind.to_store) == {
        *(Entity.ATTRIBUTES, Entity.CATEGORIES, Entity.MANUFACTURERS, Entity.PRODUCTS),
        *(Entity.STOCK, Entity.PRICES),
    }
    assert [field.name for field in kind.fields if field.identity] == ["database"]


def test_settings_are_checked_without_a_call() -> None:
    with pytest.raises(ConfigError, match="url"):
        check_settings("sap_b1", {"url": "nowhere", "database": "X", "user": "y"})


def test_it_has_all_parts_of_the_port(erp: Erp) -> None:
    for part in (SalesErp, SourceErp, PreparableErp, ChoicesErp):
        assert isinstance(erp, part)
    assert erp.capabilities.variants
    assert not erp.capabilities.multi_language
    assert Entity.ORDERS in erp.capabilities.entities


def test_settings_limit_what_it_carries(sandbox: SapB1Sandbox) -> None:
    given = settings(sandbox, categories_as="none", pictures="none")
    erp = connect("sap_b1", given, PASSWORD, instance=INSTANCE)
    assert Entity.CATEGORIES not in erp.capabilities.entities
    assert not erp.capabilities.images
    erp.close()


def test_the_session_is_kept_where_it_was_said(erp: Erp, folder: Path) -> None:
    erp.search(Entity.CURRENCIES, "", 5)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.glob("*.json"))


def test_without_a_place_it_is_a_private_one_of_the_user(
    sandbox: SapB1Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    erp = connect("sap_b1", settings(sandbox), PASSWORD, instance=INSTANCE)
    erp.search(Entity.CURRENCIES, "", 5)
    (made,) = tmp_path.glob("erp-bridge-*")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    erp.close()


def test_choices_of_any_erp_that_lists_some(erp: Erp) -> None:
    assert ("1", "Retail price (EUR)") in choices(erp, "price_list")
    assert ("01", "01 · Main warehouse") in choices(erp, "warehouse")
    assert choices(erp, "url") == []


class TestNotPrepared:
    def test_nothing_is_written(self, sandbox: SapB1Sandbox, erp: Erp) -> None:
        assert isinstance(erp, SalesErp)
        step = StepInput.__new__(StepInput)
        calls = (
            lambda: erp.upsert(
                Entity.MANUFACTURERS, [manufacturer()], media=no_media, progress=lambda: None
            ),
            lambda: erp.archive(Entity.PRODUCTS, [("1", "A1")]),
            lambda: erp.adopt(Entity.PRODUCTS, [f"{INSTANCE}.products_1"]),
            lambda: erp.step("1", Step.CONFIRM, step, progress=lambda: None),
        )
        for call in calls:
            with pytest.raises(ConfigError) as caught:
                call()
            assert caught.value.code == "sap_b1.not_prepared"
        assert [call.method for call in sandbox.recorder.writes] == ["POST"]  # the login

    @pytest.mark.parametrize("entity", KEPT_IN_B1)
    def test_what_people_keep_in_b1_can_be_looked_up(self, erp: Erp, entity: Entity) -> None:
        assert erp.search(entity, "", 3)
        found = erp.search(entity, "", 1)[0]
        assert erp.exists(entity, [found.ref, "no-such"]) == {found.ref: True}

    def test_it_can_be_written_after(self, sandbox: SapB1Sandbox, erp: Erp) -> None:
        assert isinstance(erp, PreparableErp)
        assert {f.level for f in erp.prepare()} == {"ok"}
        (made,) = erp.upsert(
            Entity.MANUFACTURERS, [manufacturer()], media=no_media, progress=lambda: None
        )
        assert made.error is None
        assert made.ref is not None
        assert erp.adopt(Entity.MANUFACTURERS, [f"{INSTANCE}.manufacturers_1"]) == {
            f"{INSTANCE}.manufacturers_1": made.ref
        }


def test_an_entity_it_does_not_carry(erp: Erp) -> None:
    with pytest.raises(ConfigError, match="taxes"):
        erp.upsert(Entity.TAXES, [], media=no_media, progress=lambda: None)


def test_the_language_of_the_login(sandbox: SapB1Sandbox) -> None:
    given = settings(sandbox, language="9")
    erp = connect("sap_b1", given, PASSWORD, instance=INSTANCE)
    assert erp.languages() == {"de-de": "9"}
    assert connect("sap_b1", settings(sandbox), "", instance=INSTANCE).languages() == {}
    erp.close()

"""Every setting is checked before use, and every refusal names it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.erp.sap_b1.fields import FIELDS, LANGUAGES
from agent.erp.sap_b1.settings import SapB1Settings, parse_settings
from agent.errors import ConfigError

BASE = {"url": "https://b1.example.com:50000", "database": "SBODEMODE", "user": "bridge"}


def parsed(**more: Any) -> SapB1Settings:
    return parse_settings({**BASE, **more})


def refused(**more: Any) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parsed(**more)
    assert caught.value.fix
    return caught.value


def test_defaults_of_the_form_are_those_of_the_settings() -> None:
    assert parsed() == SapB1Settings(**BASE)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://b1.example.com:50000/", "https://b1.example.com:50000"),
        ("https://b1.example.com:50000/b1s/v1/", "https://b1.example.com:50000"),
        ("https://b1.example.com/sap/b1s/v2", "https://b1.example.com/sap"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://[::1]:50000", "https://[::1]:50000"),
    ],
)
def test_addresses(given: str, kept: str) -> None:
    assert parsed(url=given).url == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", ""),
        ("url", "b1.example.com"),
        ("url", "https://user:pass@b1.example.com"),
        ("url", "https://b1.example.com:port"),
        ("database", ""),
        ("user", " "),
        ("version", "v3"),
        ("timeout", "0"),
        ("timeout", "soon"),
        ("language", "en_US"),
        ("time_zone", "Berlin"),
        ("time_zone", "../etc"),
        ("ca_file", "/nowhere.pem"),
        ("variant_code", "{sku}"),
        ("variant_code", "{nope}{values}"),
        ("max_variants", "0"),
        ("write_price_list", "first"),
        ("uom_group", "-2"),
        ("customer_code", "C"),
        ("customer_code", "series:"),
        ("customer_code", "series:x"),
        ("customer_code", "{name}{key}"),
        ("series", "0"),
        ("tax_combinations", "GST+PST"),
        ("tax_combinations", "GST=X"),
        ("freight_shipping", "1,two"),
        ("source_products", "some"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, value: str) -> None:
    error = refused(**{name: value})
    assert f"setting {name} " in error.cause
    assert error.code == "config.setting"


def test_an_unknown_setting() -> None:
    assert "nope" in refused(nope="1").cause


@pytest.mark.parametrize("word", ["group", "property"])
def test_items_of_one_group_need_the_group(word: str) -> None:
    assert f"source_{word}" in refused(source_products=word).cause
    found = parsed(source_products=word, **{f"source_{word}": "7"})
    assert getattr(found, f"source_{word}") == 7


def test_customers_codes_by_pattern_or_series() -> None:
    assert parsed(customer_code="W{key}").customer_code == "W{key}"
    found = parsed(customer_code="Series: 71")
    assert (found.customer_code, found.customer_series) == ("", 71)


def test_values_are_typed(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.touch()
    found = parsed(
        ca_file=str(file),
        timeout=90,
        uom_group="-1",
        freight_shipping="1, 4,1",
        tax_combinations="GST+PST=BOTH, A + B + C = ABC",
        time_zone="Europe/Berlin",
        language="9",
        write_price_list=3,
    )
    assert found.ca_file == str(file)
    assert found.timeout == 90.0
    assert found.uom_group == -1
    assert found.freight_shipping == (1, 4)
    assert found.tax_combinations == {
        frozenset({"GST", "PST"}): "BOTH",
        frozenset({"A", "B", "C"}): "ABC",
    }
    assert (found.time_zone, found.language, found.write_price_list) == ("Europe/Berlin", "9", 3)


def test_the_form_asks_for_every_setting_once() -> None:
    names = [field.name for field in FIELDS]
    assert len(names) == len(set(names))
    derived = {"connect_timeout", "customer_series"}
    assert set(names) == set(SapB1Settings.__slots__) - derived


def test_languages_are_numbers_of_b1() -> None:
    assert len(dict(LANGUAGES)) == len(LANGUAGES)
    assert all(number.isdecimal() and label for number, label in LANGUAGES)

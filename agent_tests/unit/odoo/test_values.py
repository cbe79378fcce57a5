"""Units, texts, languages, settings: the small conversions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.erp.html import plain_text, rich_text
from agent.erp.odoo.languages import LanguageMap
from agent.erp.odoo.settings import FIELDS, parse_settings
from agent.erp.odoo.transport import ServerVersion
from agent.erp.odoo.units import number_text, same_number
from agent.erp.port import MAX_VARIANT_KEY, variant_key
from agent.errors import ConfigError
from agent.model.measures import volume_in, weight_in


class TestUnits:
    @pytest.mark.parametrize(
        ("unit", "kilograms"),
        [
            ("kg", "2"),
            ("g", "0.002"),
            ("lb", "0.90718474"),
            ("OZ", "0.05669904625"),
            ("lbs.", "0.90718474"),
        ],
    )
    def test_weights(self, unit: str, kilograms: str) -> None:
        assert weight_in("kg", Decimal(2), unit) == Decimal(kilograms)

    def test_weights_into_pounds(self) -> None:
        assert weight_in("lb", Decimal("0.45359237"), "kg") == 1

    def test_volumes(self) -> None:
        sides = (Decimal(10), Decimal(20), Decimal(30))
        assert volume_in("m3", sides, "cm") == Decimal("0.006")
        assert volume_in("m3", sides, "mm") == Decimal("0.000006")
        assert volume_in("ft3", (Decimal(12),) * 3, "in") == 1

    def test_unknown_units(self) -> None:
        assert weight_in("kg", Decimal(1), "stone") is None
        assert volume_in("m3", (Decimal(1),) * 3, "") is None

    def test_numbers_compare_as_far_as_odoo_keeps_them(self) -> None:
        assert same_number(Decimal("0.006"), 0.01, 2)
        assert not same_number(Decimal("0.016"), 0.01, 2)
        assert same_number(Decimal("10.50"), 10.5, None)
        assert not same_number(Decimal(0), False, None)
        assert number_text(Decimal("2.675"), 2) == "2.68"


class TestHtml:
    def test_plain_text_of_html(self) -> None:
        html = "<p>One &amp; two</p><ul><li>a</li><li>b</li></ul><script>bad()</script>end"
        assert plain_text(html) == "One & two\n\n- a\n\n- b\n\nend"

    def test_broken_html_still_reads(self) -> None:
        assert plain_text("<p>open <b>tags <i>and &copy text") == "open tags and © text"

    def test_plain_text_stays(self) -> None:
        assert plain_text(" 3 > 2 ") == "3 > 2"

    def test_lines_survive_in_html_fields(self) -> None:
        assert rich_text("one\ntwo") == "one<br>two"
        assert rich_text("<p>one\ntwo</p>") == "<p>one\ntwo</p>"


class TestLanguages:
    def test_exact_comes_before_alike(self) -> None:
        pairs = LanguageMap(["en_US", "en_GB", "de_DE"], "en_US", {})
        assert pairs.erp("en-gb") == "en_GB"
        assert pairs.erp("en-au") == "en_US"
        assert pairs.erp("de") == "de_DE"
        assert pairs.erp("fr-fr") is None

    def test_a_pair_set_by_hand_wins(self) -> None:
        pairs = LanguageMap(["en_US", "pt_PT"], "en_US", {"pt-br": "pt_PT", "de-de": "de_DE"})
        assert pairs.erp("pt-br") == "pt_PT"
        assert pairs.erp("de-de") is None, "not active in Odoo"

    def test_the_main_text_and_the_others(self) -> None:
        pairs = LanguageMap(["en_US", "de_DE", "fr_FR"], "de_DE", {})
        text = {"en-gb": "Cup", "de-de": "Tasse", "fr-fr": " "}
        assert pairs.base(text) == "Tasse"
        assert pairs.others(text, update=False) == {"en_US": "Cup", "fr_FR": "Tasse"}

    def test_two_shop_languages_for_one(self) -> None:
        pairs = LanguageMap(["en_US"], "en_US", {})
        assert pairs.base({"en-gb": "Colour", "en-us": "Color"}) == "Color"
        assert pairs.base({"en-us": "Color", "en-gb": "Colour"}) == "Color"

    def test_the_source_language_follows_on_updates(self) -> None:
        pairs = LanguageMap(["en_US", "de_DE"], "de_DE", {})
        assert pairs.others({"de-de": "Tasse"}, update=False) == {}
        assert pairs.others({"de-de": "Tasse"}, update=True) == {"en_US": "Tasse"}

    def test_no_text_at_all(self) -> None:
        assert LanguageMap(["en_US"], "en_US", {}).base({}) == ""


def settings(**more: object) -> Any:
    """Parse settings with what is required."""
    return parse_settings({"url": "https://x.odoo.com", "database": "x", "user": "u", **more})


class TestSettings:
    def test_defaults(self) -> None:
        parsed = settings()
        assert (parsed.variant_code, parsed.max_variants) == ("{sku}-{values}", 100)
        assert (parsed.timeout, parsed.connect_timeout) == (120, 10)
        assert parsed.company is None

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("https://shop.odoo.com/web/login", "https://shop.odoo.com"),
            ("http://10.0.0.5:8069/odoo/", "http://10.0.0.5:8069"),
            ("https://example.com/erp/web#action=5", "https://example.com/erp"),
            ("http://[::1]:8069", "http://[::1]:8069"),
        ],
    )
    def test_addresses_as_people_copy_them(self, given: str, kept: str) -> None:
        assert settings(url=given).url == kept

    @pytest.mark.parametrize(
        "bad",
        [
            {"url": ""},
            {"url": "odoo.example.com"},
            {"url": "ftp://x"},
            {"url": "https://user:pass@x"},
            {"url": "https://x:port"},
            {"database": " "},
            {"company": "first"},
            {"company": "-1"},
            {"language": "english"},
            {"languages": "en-gb"},
            {"variant_code": "{sku}"},
            {"variant_code": "{size}-{values}"},
            {"variant_code": "{values"},
            {"max_variants": "many"},
            {"max_variants": 0},
            {"max_variants": 1001},
            {"timeout": "nan"},
            {"storable": "maybe"},
            {"weight_unit": "stone"},
            {"ca_file": "/no/such/file.pem"},
            {"colour": "red"},
        ],
    )
    def test_bad_ones_are_named(self, bad: dict[str, object]) -> None:
        with pytest.raises(ConfigError) as caught:
            settings(**bad)
        assert next(iter(bad)) in caught.value.cause
        assert caught.value.fix

    def test_values_of_forms_and_command_lines(self, tmp_path: Path) -> None:
        authority = tmp_path / "ca.pem"
        authority.write_text("x")
        parsed = settings(
            company=" 3 ",
            storable=False,
            max_variants="",
            languages="en-gb=en_US; pt-br=pt_PT",
            ca_file=str(authority),
            variant_code="",
            code_from="",
        )
        assert (parsed.company, parsed.storable, parsed.max_variants) == (3, False, 100)
        assert parsed.languages == {"en-gb": "en_US", "pt-br": "pt_PT"}
        assert (parsed.variant_code, parsed.code_from) == ("", "sku")

    @pytest.mark.parametrize("off", ["", "-", "none", " None "])
    def test_variants_can_go_without_references(self, off: str) -> None:
        assert settings(variant_code=off).variant_code == ""

    def test_every_field_has_a_label_and_selects_have_a_default(self) -> None:
        for field in FIELDS:
            assert field.label
            if field.options:
                assert field.default in dict(field.options), field.name


class TestSmallThings:
    @pytest.mark.parametrize(
        ("text", "major"), [("19.0", 19), ("saas~17.4+e", 17), ("14.0-20210101", 14), ("master", 0)]
    )
    def test_versions(self, text: str, major: int) -> None:
        assert ServerVersion.parse(text).major == major

    def test_variant_keys_fit_and_do_not_depend_on_order(self) -> None:
        assert variant_key("42", ["b", "a"]) == variant_key("42", ["a", "b"]) == "42:a,b"
        long = variant_key("42", [f"option:{n}/{n}" for n in range(20)])
        assert len(long) <= MAX_VARIANT_KEY
        assert long != variant_key("42", [f"option:{n}/{n}" for n in range(21)])

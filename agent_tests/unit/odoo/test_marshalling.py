"""What goes over the wire is read by Odoo's own parser (the standard library's) as meant."""

from __future__ import annotations

import xmlrpc.client
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.erp.odoo.xmlrpc import ILLEGAL_XML, marshal
from agent.errors import InvalidRecord


def there(value: Any) -> Any:
    """Return ``value`` as it arrives."""
    params, method = xmlrpc.client.loads(marshal("execute_kw", [value]))
    assert method == "execute_kw"
    return params[0]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner),
    max_leaves=8,
)


def clean(value: Any) -> Any:
    """Return ``value`` as XML can carry it: without forbidden characters, lines end in LF."""
    if isinstance(value, str):
        return ILLEGAL_XML.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, list):
        return [clean(v) for v in value]
    if isinstance(value, dict):
        return {clean(k): clean(v) for k, v in value.items()}
    return value


@given(PLAIN)
def test_everything_arrives(value: Any) -> None:
    assert there(value) == clean(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, max_value=10**9))
def test_decimals_arrive_as_the_nearest_float(value: Decimal) -> None:
    assert there(value) == float(value)


def test_decimals_go_out_digit_by_digit() -> None:
    assert b"<double>19.9900</double>" in marshal("x", [Decimal("19.9900")])
    assert b"<double>0.0000001</double>" in marshal("x", [Decimal("1E-7")])


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidRecord):
        marshal("x", [value])


def test_emoji_survive_and_control_characters_do_not() -> None:
    assert there("a\x00\x08\x0b\x1f\ufffe\ud800b \U0001f600 <&>") == "ab \U0001f600 <&>"


def test_big_integers() -> None:
    assert there([2**31, -(2**31) - 1, 2**40]) == [2**31, -(2**31) - 1, 2**40]

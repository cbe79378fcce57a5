"""Decoding of texts, and errors of the database in words."""

from __future__ import annotations

import html

import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ConfigError, Unreachable
from agent.store.sql import Query
from agent.store.text import decode, first, label, line, texts


def escape(text: str) -> str:
    """Escape as the shop's forms do: double quotes, no single ones."""
    return html.escape(text, quote=False).replace('"', "&quot;")


@given(st.text(st.sampled_from("&;#<>\"'axltgquomp039é🏕 ")) | st.text())
def test_what_was_typed_comes_back(typed: str) -> None:
    assert decode(escape(typed)) == typed
    assert decode(escape(escape(typed))) == escape(typed)


@pytest.mark.parametrize(
    ("stored", "decoded"),
    [
        ("&lt;p&gt;A &amp;amp; B&lt;/p&gt;", "<p>A &amp; B</p>"),
        ("caf&eacute; &#039;Nord&#x27;", "café 'Nord'"),
        ("&amp;eacute; &eacute;", "&eacute; é"),
        ("?a=1&copy=2&amp;lt;", "?a=1&copy=2&lt;"),
        ("&nosuch; & co", "&nosuch; & co"),
        (None, ""),
    ],
)
def test_references(stored: str | None, decoded: str) -> None:
    assert decode(stored) == decoded


def test_lines_and_labels() -> None:
    assert line(" Tent &amp; pegs\n") == "Tent & pegs"
    assert texts([("en-gb", " a "), ("de-de", "  "), (None, "x")]) == {"en-gb": "a"}
    assert first({"de-de": "b"}, ["en-gb", "de-de"]) == "b"
    assert first({"fr-fr": "c"}, ["en-gb"]) == "c"
    assert label({}, ["en-gb"], "product 1") == "product 1"
    assert len(label({"en-gb": "x" * 300}, ["en-gb"], "")) == 255


class _Failing:
    """A cursor of a server that fails; no such failure can be had from a healthy one."""

    def __init__(self, error: pymysql.MySQLError) -> None:
        self.error = error

    def execute(self, *_args: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "expected", "code"),
    [
        (
            pymysql.err.InternalError(3, "Error writing file '/tmp/#sql' (No space left)"),
            Unreachable,
            "database.failed",
        ),
        (
            pymysql.err.OperationalError(1194, "Table 'oc_product' is marked as crashed"),
            ConfigError,
            "store.table_crashed",
        ),
        (
            pymysql.err.ProgrammingError(1146, "Table 'shop.oc_product_code' doesn't exist"),
            ConfigError,
            "store.schema_changed",
        ),
    ],
)
def test_failures_of_the_server(
    error: pymysql.MySQLError, expected: type[Exception], code: str
) -> None:
    query = Query(_Failing(error), "oc_")  # type: ignore[arg-type]
    with pytest.raises(expected) as caught:
        query.rows("SELECT 1")
    assert caught.value.code == code
    assert caught.value.fix
    assert error.args[1] in caught.value.cause


def test_other_failures_are_not_hidden() -> None:
    error = pymysql.err.ProgrammingError(1064, "You have an error in your SQL syntax")
    with pytest.raises(pymysql.err.ProgrammingError):
        Query(_Failing(error), "oc_").rows("SELEKT")  # type: ignore[arg-type]

"""What leaves the machine in logs and reports carries no secrets and no personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from agent import logs
from agent.security.masking import mask_text, mask_value


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mail to anna.b+shop@example.co.uk failed", "anna.b"),
        ("call +49 (0)151 234-567 89 now", "234"),
        ("call +4915123456789", "15123456789"),
        ("tel 0151 2345 6789", "2345"),
        ("lives at 12 Long Elm Street, Leeds", "Elm"),
        ("wohnt Lindenstraße 12a", "Linden"),
        ("wohnt Am Kirchplatz 3", "Kirchplatz 3"),
        ("password=geheim&x=1", "geheim"),
        ('{"password": "ge\\"heim"}', "heim"),
        ("{'api_key': 'abc123'}", "abc123"),
        ("Authorization: Bearer abcdef123456", "abcdef123456"),
        ("redis://user:geheim@host:6379/0", "geheim"),
        ("mysql+pymysql://root:geheim@host/db", "geheim"),
        ("key erpb1.abcd1234.QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo", "QUJDREVG"),
        ("Erp-Signature: v1=" + "ab" * 32, "abab"),
        ("token gAAAAABn2Gx0aGVzZWNyZXR0b2tlbnRleHQ9PQ==", "aGVz"),
        ("Cookie: B1SESSION=abc-def; ROUTEID=.node1", "abc-def"),
        ("{'street': 'Elm 5', 'city': 'Leeds'}", "Leeds"),
        ('"firstname": "Anna"', "Anna"),
        ("<name>street</name><value><string>Elm 5</string></value>", "Elm"),
        ("<name>password</name>\n<value>geheim</value>", "geheim"),
    ],
)
def test_private_text_is_masked(text: str, hidden: str) -> None:
    assert hidden in text
    masked = mask_text(text)
    assert hidden not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "text",
    [
        'product 42 (Apple Cinema 30") sku APL-0042-01 failed',
        "2025-11-21T18:00:00+00:00 took 0.532 s",
        "order 20250131 total 1,234.56 EUR",
        "ean 4006381333931",
        "prices 0.99 10-20 30",
        "read 2000 unchanged 1990 created 10",
        "opencart_0a1b2c3d.product_42",
        "http://127.0.0.1:8765/v1/jobs?page=1",
        "option:13/49 attribute:4/0f9e8d7c6b5a",
        "version 4.1.0.4 at 10.11.6-MariaDB",
        "category Via Appia 2",
    ],
)
def test_what_support_needs_stays(text: str) -> None:
    assert mask_text(text) == text


def test_values_are_masked_by_the_names_of_their_keys() -> None:
    masked = mask_value(
        {
            "user": {"email": "a@b.example", "telephone": "1234", "name": "ok"},
            "payment_address_1": "Elm 5",
            "db_password": "p",
            "erp-api-key": "k",
            "has_secret": True,
            "secret": "",
            "key": "product:42",
            "rows": [{"token": "t"}, "mail x@y.example"],
            "raw": b"abc",
            "count": 3,
        }
    )
    assert masked == {
        "user": {"email": "***", "telephone": "***", "name": "ok"},
        "payment_address_1": "***",
        "db_password": "***",
        "erp-api-key": "***",
        "has_secret": True,
        "secret": "",
        "key": "product:42",
        "rows": [{"token": "***"}, "mail ***@***"],
        "raw": "3 bytes",
        "count": 3,
    }


@pytest.fixture
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("_restored_logging")
def test_logs_are_json_lines_without_private_data(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="info", form="json", mask=mask_value)
    structlog.contextvars.bind_contextvars(job=7)
    log = structlog.get_logger("agent.x")
    log.info("sent to anna@example.com", key="product:42", password="geheim")
    log.debug("not shown")
    logging.getLogger("library").warning("login %s failed", "anna@example.com")
    try:
        int("password=geheim")
    except ValueError:
        log.exception("broke")
    text = capsys.readouterr().err
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert lines[0]["event"] == "sent to ***@***"
    assert lines[0]["key"] == "product:42"
    assert lines[0]["job"] == 7
    assert lines[1]["event"] == "login ***@*** failed"
    assert lines[1]["logger"] == "library"
    assert "ValueError" in lines[2]["exception"]
    assert "geheim" not in text
    assert "anna" not in text


@pytest.mark.usefixtures("_restored_logging")
def test_logs_for_people_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(level="debug", form="text", mask=mask_value)
    structlog.get_logger("agent.x").debug("hello", email="anna@example.com")
    text = capsys.readouterr().err
    assert "hello" in text
    assert "anna" not in text

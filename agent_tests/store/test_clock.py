"""The shop's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.errors import InvalidRecord
from agent.store.clock import Clock
from agent_tests.store.checkout import Sale, place_order
from agent_tests.store.conftest import Lab, MakeShop

BERLIN = Clock(ZoneInfo("Europe/Berlin"))


def test_summer_winter_and_the_hour_that_comes_twice() -> None:
    for text, utc in (
        ("2026-07-01 12:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-01-01 12:00", datetime(2026, 1, 1, 11, tzinfo=UTC)),
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ):
        stored = datetime.fromisoformat(text)
        aware = BERLIN.aware(stored, "date")
        assert aware.astimezone(UTC) == utc
        assert BERLIN.stored(utc) == ("%s", stored)
        assert Clock(None).aware(stored, "date").tzinfo is UTC


@pytest.mark.parametrize("stored", [None, "", "0000-00-00 00:00:00"])
def test_no_date(stored: object) -> None:
    with pytest.raises(InvalidRecord) as caught:
        BERLIN.aware(stored, "date")
    assert caught.value.code == "store.date"


@pytest.fixture
def old_shop(make_shop: MakeShop) -> Iterator[Lab]:
    """Give a shop without a zone of its own, on a server two hours ahead of UTC."""
    lab = make_shop("3.0.2.0", products=3)
    before = lab.value("SELECT @@global.time_zone")
    lab.sql("SET GLOBAL time_zone = '+02:00'")
    yield lab
    lab.sql("SET GLOBAL time_zone = %s", before)


def test_times_to_compare_with_are_the_servers_too(old_shop: Lab) -> None:
    early, late = (
        place_order(old_shop, Sale(values={"date_added": added}))
        for added in ("2026-07-01 11:59:59", "2026-07-01 12:00:00")
    )
    feed, noon = old_shop.shop.orders, datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert feed.ids_after("", noon, 10) == [late]
    assert feed.ids_after("", noon.replace(hour=9), 10) == [early, late]

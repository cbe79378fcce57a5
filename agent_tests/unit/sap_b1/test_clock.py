"""The server's clocks: seconds against ours, and the zone its rows are told in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.clock import ServerClock, stamp
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.unit.sap_b1.conftest import PASSWORD, Open, item, settings_for

NOON = datetime(2026, 7, 1, 12, 0, 30, tzinfo=UTC)


def local_time(*parts: int) -> datetime:
    """Return a time by the server's clock: it names no zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        ("2026-11-21T00:00:00Z", "13:14:45", local_time(2026, 11, 21, 13, 14, 45)),
        ("2026-11-21", "3:14", local_time(2026, 11, 21, 3, 14)),
        ("2026-11-21", None, None),
        (None, "13:14:45", None),
        ("", "", None),
        ("2026-02-30", "13:14:45", None),
    ],
)
def test_stamps(day: object, time: object, expected: datetime | None) -> None:
    assert stamp(day, time) == expected


@pytest.mark.parametrize(
    ("local", "offset"),
    [
        ("14:00:31", timedelta(hours=2)),
        ("05:00:29", timedelta(hours=-7)),
        ("17:45:30", timedelta(hours=5, minutes=45)),
        ("12:00:00", timedelta(0)),
    ],
)
def test_the_zone_is_learnt_from_what_was_made_just_now(local: str, offset: timedelta) -> None:
    clock = ServerClock()
    assert clock.learn({"UpdateDate": "2026-07-01", "UpdateTime": local}, date(NOON))
    assert clock.known
    assert clock.offset == offset
    assert clock.aware(local_time(2026, 7, 1, 15)) == datetime(2026, 7, 1, 15, tzinfo=UTC) - offset
    assert clock.to_local(NOON) == NOON.replace(tzinfo=None) + offset
    assert not clock.learn({"UpdateDate": "2026-07-01", "UpdateTime": local}, date(NOON))


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"UpdateDate": "2026-07-01", "UpdateTime": "14:08:00"},  # no zone is off by minutes
        {"UpdateDate": "2020-01-01", "UpdateTime": "14:00:00"},  # made long ago
    ],
)
def test_what_tells_no_zone(row: dict[str, str]) -> None:
    clock = ServerClock()
    assert not clock.learn(row, date(NOON))
    assert not clock.learn({"UpdateDate": "2026-07-01", "UpdateTime": "14:00:00"}, "no date")
    assert not clock.known
    assert clock.aware(local_time(2026, 7, 1)) is None


def test_an_unknown_zone_is_the_earliest_there_is() -> None:
    clock = ServerClock()
    assert clock.to_local(NOON) == local_time(2026, 7, 1, 0, 0, 30)


def test_a_zone_that_is_set_knows_its_seasons() -> None:
    clock = ServerClock("Europe/Berlin")
    assert clock.known
    assert clock.aware(local_time(2026, 7, 1, 14)) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert clock.aware(local_time(2026, 1, 1, 14)) == datetime(2026, 1, 1, 13, tzinfo=UTC)
    assert clock.to_local(NOON) == local_time(2026, 7, 1, 14, 0, 30)


def test_clocks_that_differ() -> None:
    clock = ServerClock()
    clock.observe(date(datetime.now(UTC) + timedelta(hours=1)))
    assert timedelta(minutes=59) < clock.skew < timedelta(minutes=61)
    assert clock.now() - datetime.now(UTC) > timedelta(minutes=59)


def test_all_clients_learn_it_from_one(
    sandbox: SapB1Sandbox, open_client: Open, folder: Path
) -> None:
    reading = open_client()
    reading.count("Items")
    assert not reading.clock.known
    open_client().post("Items", item("A1"))
    assert reading.clock.known
    expected = sandbox.company.now().utcoffset()
    assert reading.clock.offset == expected
    later = Client(settings_for(sandbox), PASSWORD, folder)
    assert later.clock.offset == expected
    later.close()

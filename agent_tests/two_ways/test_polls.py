"""What one kind of record meets when an ERP is looked at does not blind the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agent.erp.cursor import Cursor
from agent.errors import BridgeError, MissingRight, Refused, Unreachable
from agent.model.entity import Entity
from agent.services import store_cursors
from agent.services.store_following import poll_records
from agent_tests.two_ways.conftest import MakeRig


@pytest.mark.parametrize(
    ("trouble", "others"), [(MissingRight, True), (Refused, True), (Unreachable, False)]
)
def test_a_right_that_is_missing_for_one_kind_leaves_the_others_followed(
    make_rig: MakeRig,
    monkeypatch: pytest.MonkeyPatch,
    trouble: type[BridgeError],
    others: bool,
) -> None:
    rig = make_rig(products=2)
    rig.to_erp()
    for entity in (Entity.ATTRIBUTES, Entity.CATEGORIES, Entity.PRODUCTS):
        rig.to_store(entity)
    asked: list[Entity] = []

    def changes_of(*given: Any) -> Callable[[Cursor], tuple[list[str], Cursor]]:
        entity = next(value for value in given if isinstance(value, Entity))
        asked.append(entity)

        def tell(cursor: Cursor) -> tuple[list[str], Cursor]:
            if entity is Entity.ATTRIBUTES:
                raise trouble("The user may not read it", fix="Give the right.")
            return [], cursor

        return tell

    monkeypatch.setattr(store_cursors, "changes_of", changes_of)
    poll_records(rig.services)
    assert (Entity.PRODUCTS in asked) is others, asked
    assert rig.services.connections.get(rig.connection).paused is None

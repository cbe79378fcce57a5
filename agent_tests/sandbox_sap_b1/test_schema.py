"""The names the stand-in knows are those of real companies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.sandbox.sap_b1.lengths import LENGTHS
from agent.sandbox.sap_b1.schema import GOODS_MOVEMENTS, base_schema
from agent.sandbox.sap_b1.web import enum_values, expansion


@pytest.fixture(scope="module")
def real(shared: Path) -> Any:
    return json.loads((shared / "sap" / "entities.json").read_text("utf-8"))


def test_sets_have_the_types_keys_and_tags_of_real_ones(real: Any) -> None:
    sets = base_schema().sets
    assert sets.keys() == real["entity_sets"].keys() | set(GOODS_MOVEMENTS)
    for name, one in real["entity_sets"].items():
        assert (sets[name].type, list(sets[name].key)) == (one["type"], one["key"])
        assert sets[name].etag == (name in real["etag_sets"])
    assert all(name in real["etag_sets"] and sets[name].etag for name in GOODS_MOVEMENTS)


def test_types_have_the_properties_of_real_ones(real: Any) -> None:
    types = base_schema().types
    assert types.keys() == real["types"].keys()
    for name, one in real["types"].items():
        known = types[name].properties
        inner = {
            **{part: (kind, False) for part, kind in one["complex"].items()},
            **{part: (kind, True) for part, kind in one["collections"].items()},
        }
        described = {part: made for part, made in inner.items() if made[0] in types}
        assert known.keys() == one["properties"].keys() | described.keys()
        for part, made in described.items():
            assert (known[part].type, known[part].many) == made
        for part, told in one["properties"].items():
            assert known[part].type == told["type"]
            assert known[part].required == (told.get("nullable") is False)
            assert known[part].called(1) == told.get("v1_name", part)
            assert known[part].called(2) == part
        assert types[name].navigation == set(one["nav"])
        assert types[name].actions == set(real["bound_actions"].get(name, ()))


def test_enums_have_the_members_of_real_ones(real: Any) -> None:
    assert {name: list(one) for name, one in base_schema().enums.items()} == real["enums"]


def test_values_of_the_database_are_those_of_members_that_are_there() -> None:
    enums = base_schema().enums
    for enum, members in enum_values.VALUES.items():
        assert set(members) <= set(enums[enum])
        assert len(set(members.values())) == len(members)


def test_lengths_are_those_of_texts_that_are_there() -> None:
    for name, sizes in LENGTHS.items():
        for part in sizes:
            assert base_schema().types[name].properties[part].type == "String"


def test_records_that_are_expanded_are_linked_by_what_is_there() -> None:
    schema = base_schema()
    for (kind, name), (key, set_name) in expansion.LINKS.items():
        assert name in schema.types[kind].navigation
        [part] = schema.sets[set_name].key
        wanted = schema.type_of(set_name).properties[part].type
        assert schema.types[kind].properties[key].type == wanted

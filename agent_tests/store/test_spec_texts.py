"""Distinct texts of attributes, however a shop's tables are filled."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from agent.store.specs import SpecText, spec_texts
from agent.store.text import first
from agent.store.text import texts as spec_text
from agent_tests.store.conftest import Lab, MakeShop

WORDS = ("Oak", "oak", "Ash &amp; Oak", " Oak ", "Elm", "Ölbaum")
BLANK = ("", "  ", "&nbsp;")


@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_of_the_lowest_products_in_each_language(
    make_shop: MakeShop, seed: int
) -> None:
    """Compare with the rule said plainly: row by row, product by product."""
    lab = make_shop("4.1", products=3)
    languages = [row[0] for row in lab.sql("SELECT language_id FROM oc_language ORDER BY 1")]
    _fill(lab, random.Random(seed), languages, blanks=seed % 2 == 1, gaps=seed % 3 == 2)
    with lab.shop.open() as view:
        found = [text for batch in spec_texts(view) for text in batch]
        wanted = _plainly(lab, [(language.id, language.code) for language in view.languages])
    assert {(t.attribute_id, tuple(sorted(t.text.items()))) for t in found} == wanted
    assert found == sorted(found, key=_order)


def _order(text: SpecText) -> tuple[int, str]:
    return text.attribute_id, text.key


def _fill(
    lab: Lab, dice: random.Random, languages: Iterable[int], *, blanks: bool, gaps: bool
) -> None:
    lab.sql("DELETE FROM oc_product_attribute")
    attributes = [row[0] for row in lab.sql("SELECT attribute_id FROM oc_attribute")][:3]
    for product in range(1, 40):
        for attribute in dice.sample(attributes, 2):
            for language in languages:
                if gaps and dice.random() < 0.2:
                    continue
                word = dice.choice(WORDS + (BLANK if blanks else ()))
                lab.sql(
                    "INSERT INTO oc_product_attribute (product_id, attribute_id, language_id, text)"
                    " VALUES (%s, %s, %s, %s)",
                    *(product, attribute, language, word),
                )


def _plainly(
    lab: Lab, languages: list[tuple[int, str]]
) -> set[tuple[int, tuple[tuple[str, str], ...]]]:
    rows = lab.sql(
        "SELECT product_id, attribute_id, language_id, text FROM oc_product_attribute"
        " ORDER BY product_id"
    )
    codes = dict(languages)
    raw: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for product, attribute, language, text in rows:
        if language in codes:
            raw.setdefault((product, attribute), []).append((codes[language], text))
    values: dict[tuple[int, str], dict[str, str]] = {}
    for (_, attribute), pairs in raw.items():
        text = spec_text(pairs)
        if text:
            known = values.setdefault((attribute, first(text, list(codes.values()))), {})
            for code, value in text.items():
                known.setdefault(code, value)
    return {(attribute, tuple(sorted(text.items()))) for (attribute, _), text in values.items()}

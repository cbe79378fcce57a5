"""What one product of the sample shop is: a function of the seed and its number.

Nothing is remembered, so the shop can be of any size and an order can look a product up again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from agent.sandbox.store.families import FAMILIES, Family
from agent.sandbox.store.goods import (
    MANUFACTURERS,
    OPTION,
    ORIGINS,
    SEASONS,
    SERIES,
    WARRANTIES,
    Words,
)

STANDARD_TAX, REDUCED_TAX = 9, 10
OPENED = datetime(2024, 1, 8, 9, 0, 0)  # noqa: DTZ001 - the shop's own time, as it is stored
PICTURES = 600
"""Different product pictures; larger shops use them again."""
_OPTIONS_PER_PRODUCT = 4
_VALUES_PER_PRODUCT = 32


@dataclass(frozen=True, slots=True)
class ValuePlan:
    """A value that a product offers; ``extra`` is what it adds to the price."""

    id: int
    value_id: int
    index: int
    extra: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """An option of a product."""

    id: int
    option_id: int
    required: bool
    values: tuple[ValuePlan, ...]


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """A product of the sample shop."""

    id: int
    family: Family
    manufacturer_id: int
    name: Words
    model: str
    sku: str
    ean: str
    price: Decimal
    weight: Decimal
    quantity: int
    minimum: int
    active: bool
    on_sale: bool
    discounted: bool
    tax_class_id: int
    origin: Words
    warranty: Words
    season: Words | None
    choices: tuple[ChoicePlan, ...]
    pictures: tuple[int, ...]
    added: datetime

    def variants(self) -> Iterator[tuple[ValuePlan, ...]]:
        """Yield the combinations that OpenCart 4 keeps as products of their own."""
        if self.family.variants and self.id % 5 == 1:
            fixed = [choice for choice in self.choices if choice.required]
            for index in range(2):
                yield tuple(choice.values[index % len(choice.values)] for choice in fixed)


def product(seed: int, number: int) -> ProductPlan:
    """Return product ``number`` (from 1) of the shop with this seed."""
    rng = random.Random(f"{seed}/product/{number}")  # noqa: S311 - a sample, no secret
    family = FAMILIES[(number - 1) % len(FAMILIES)]
    manufacturer = rng.randrange(len(MANUFACTURERS))
    series = SERIES[(number - 1) // len(FAMILIES) % len(SERIES)]
    edition = (number - 1) // (len(FAMILIES) * len(SERIES)) + 1
    names = [
        f"{MANUFACTURERS[manufacturer]} {series} {edition} {family.name[0]}",
        f"{MANUFACTURERS[manufacturer]} {family.name[1]} {series} {edition}",
    ]
    low, high = family.prices
    model = f"{family.code}-{number:05d}"
    return ProductPlan(
        id=number,
        family=family,
        manufacturer_id=manufacturer + 1,
        name=(names[0], names[1]),
        model=model,
        sku=f"FH-{model}",
        ean=_ean(number),
        price=Decimal(rng.randrange(low, high + 1, 10)) / 100,
        weight=Decimal(family.weight + rng.randrange(0, 200, 10)) / 1000,
        quantity=rng.choice((0, 3, 12, 40, 150)),
        minimum=2 if rng.random() < 0.03 else 1,
        active=rng.random() > 0.04,
        on_sale=rng.random() < 0.08,
        discounted=rng.random() < 0.1,
        tax_class_id=REDUCED_TAX if family.reduced_tax else STANDARD_TAX,
        origin=rng.choice(ORIGINS),
        warranty=rng.choice(WARRANTIES),
        season=rng.choice(SEASONS) if family.seasonal else None,
        choices=_choices(rng, number, family),
        pictures=tuple((number * 7 + 13 * step) % PICTURES for step in range(rng.randrange(1, 4))),
        added=OPENED + timedelta(minutes=7 * number),
    )


def _choices(rng: random.Random, number: int, family: Family) -> tuple[ChoicePlan, ...]:
    # Ids follow from the product's number, so that orders can name them without looking them up.
    choices = []
    value_number = number * _VALUES_PER_PRODUCT
    for position, (option_id, required) in enumerate(family.options):
        option = OPTION[option_id]
        picked = sorted(rng.sample(range(len(option.values)), min(len(option.values), 4)))
        values = []
        for index in picked:
            extra = Decimal(rng.choice((0, 0, 0, 250, 500, -200))) / 100
            values.append(
                ValuePlan(value_number, option.first + index, index, extra, rng.randrange(0, 60))
            )
            value_number += 1
        choices.append(
            ChoicePlan(number * _OPTIONS_PER_PRODUCT + position, option_id, required, tuple(values))
        )
    return tuple(choices)


def _ean(number: int) -> str:
    """Return an EAN-13 of the range for use within a company, with its check digit."""
    digits = f"20{number:010d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return f"{digits}{-total % 10}"

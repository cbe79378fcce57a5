"""The kinds of products of the sample shop."""

from __future__ import annotations

from dataclasses import dataclass

from agent.sandbox.store.goods import (
    COLOUR,
    DELIVERY,
    ENGRAVING,
    EXTRAS,
    SHOE,
    SIZE,
    VOLUME,
    WRAP,
    Words,
)


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of product. Prices in cents, weights in grams, lengths in millimetres.

    ``options`` are option id and whether it is required.
    """

    code: str
    name: Words
    categories: tuple[int, ...]
    prices: tuple[int, int]
    weight: int
    size: tuple[int, int, int]
    material: Words
    options: tuple[tuple[int, bool], ...] = ()
    seasonal: bool = False
    reduced_tax: bool = False
    variants: bool = False


FAMILIES = (
    Family(
        "TNT",
        ("dome tent", "Kuppelzelt"),
        (2,),
        (12900, 54900),
        3200,
        (520, 180, 180),
        ("Polyester, coated", "Polyester, beschichtet"),
        ((COLOUR, True), (EXTRAS, False)),
        seasonal=True,
    ),
    Family(
        "SLB",
        ("sleeping bag", "Schlafsack"),
        (3,),
        (4900, 24900),
        1100,
        (380, 200, 200),
        ("Down 90/10", "Daune 90/10"),
        ((SIZE, True),),
        seasonal=True,
    ),
    Family(
        "BPK",
        ("trekking backpack", "Trekkingrucksack"),
        (4,),
        (6900, 21900),
        1650,
        (700, 350, 250),
        ("Recycled nylon", "Recyceltes Nylon"),
        ((COLOUR, True),),
    ),
    Family(
        "STV",
        ("gas stove", "Gaskocher"),
        (6,),
        (2900, 11900),
        420,
        (120, 90, 90),
        ("Steel & brass", "Stahl & Messing"),
    ),
    Family(
        "CUP",
        ("camp mug", "Campingbecher"),
        (7, 16),
        (590, 1990),
        180,
        (100, 90, 90),
        ("Enamelled steel", "Emaillierter Stahl"),
        ((COLOUR, False), (ENGRAVING, False)),
    ),
    Family(
        "JCK",
        ("rain jacket", "Regenjacke"),
        (9,),
        (7900, 28900),
        540,
        (350, 280, 60),
        ("3-layer membrane", "3-Lagen-Membran"),
        ((SIZE, True), (COLOUR, True)),
        seasonal=True,
        variants=True,
    ),
    Family(
        "SHO",
        ("hiking shoe", "Wanderschuh"),
        (10,),
        (8900, 23900),
        980,
        (330, 210, 120),
        ("Nubuck leather", "Nubukleder"),
        ((SHOE, True),),
    ),
    Family(
        "HAT",
        ("wool hat", "Wollmütze"),
        (11,),
        (1490, 3990),
        90,
        (220, 200, 30),
        ("Merino wool", "Merinowolle"),
        ((COLOUR, True), (WRAP, False)),
    ),
    Family(
        "KNF",
        ("chef's knife 8\"", 'Kochmesser 8"'),
        (14,),
        (3900, 18900),
        230,
        (330, 45, 20),
        ("Stainless steel, oak", "Edelstahl, Eiche"),
        ((ENGRAVING, False), (WRAP, False)),
    ),
    Family(
        "PAN",
        ("iron pan", "Eisenpfanne"),
        (15,),
        (2900, 9900),
        2100,
        (480, 280, 70),
        ("Wrought iron", "Schmiedeeisen"),
    ),
    Family(
        "BTL",
        ("vacuum flask", "Isolierflasche"),
        (16, 7),
        (1990, 5490),
        390,
        (280, 80, 80),
        ("Stainless steel", "Edelstahl"),
        ((VOLUME, True), (WRAP, False)),
        variants=True,
    ),
    Family(
        "LMP",
        ("table lamp", "Tischleuchte"),
        (17,),
        (3900, 15900),
        1400,
        (420, 220, 220),
        ("Ash wood, linen", "Esche, Leinen"),
        ((COLOUR, False),),
    ),
    Family(
        "BOX",
        ("storage box", "Aufbewahrungsbox"),
        (18,),
        (990, 4990),
        900,
        (400, 300, 200),
        ("Willow", "Weide"),
    ),
    Family(
        "SPD",
        ("garden spade", "Gartenspaten"),
        (20,),
        (2490, 7990),
        1900,
        (1150, 190, 60),
        ("Carbon steel, ash", "Kohlenstoffstahl, Esche"),
    ),
    Family(
        "CAN",
        ("watering can", "Gießkanne"),
        (21,),
        (1490, 5990),
        800,
        (450, 250, 300),
        ("Zinc", "Zink"),
        ((COLOUR, False), (DELIVERY, False)),
    ),
    Family(
        "BKG",
        ("gardener's guide", "Gartenratgeber"),
        (22,),
        (990, 3490),
        450,
        (240, 170, 25),
        ("Paper", "Papier"),
        reduced_tax=True,
    ),
)

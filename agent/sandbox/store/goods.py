"""What the sample shop sells: outdoor and household goods, in English and German."""

from __future__ import annotations

from dataclasses import dataclass

ENGLISH, GERMAN = 1, 2
LANGUAGES = ((ENGLISH, "English", "en-gb"), (GERMAN, "Deutsch", "de-de"))

Words = tuple[str, str]
"""English, German."""


@dataclass(frozen=True, slots=True)
class CategoryPlan:
    """A category; ``parent`` is another one's id, 0 at the top."""

    id: int
    parent: int
    name: Words


CATEGORIES = tuple(
    CategoryPlan(number, parent, (english, german))
    for number, parent, english, german in (
        (1, 0, "Outdoor", "Outdoor"),
        (2, 1, "Tents", "Zelte"),
        (3, 1, "Sleeping bags & mats", "Schlafsäcke & Matten"),
        (4, 1, "Backpacks", "Rucksäcke"),
        (5, 1, "Camp kitchen", "Campingküche"),
        (6, 5, "Stoves", "Kocher"),
        (7, 5, "Accessories", "Zubehör"),
        (8, 1, "Clothing", "Bekleidung"),
        (9, 8, "Jackets", "Jacken"),
        (10, 8, "Shoes", "Schuhe"),
        (11, 8, "Accessories", "Zubehör"),
        (12, 0, "Household", "Haushalt"),
        (13, 12, "Kitchen", "Küche"),
        (14, 13, "Knives", "Messer"),
        (15, 13, "Pots & pans", "Töpfe & Pfannen"),
        (16, 13, "Accessories", "Zubehör"),
        (17, 12, "Lighting", "Beleuchtung"),
        (18, 12, "Storage", "Aufbewahrung"),
        (19, 0, "Garden", "Garten"),
        (20, 19, "Tools", "Werkzeug"),
        (21, 19, "Watering", "Bewässerung"),
        (22, 19, "Accessories", "Zubehör"),
        (23, 0, "Sale", "Angebote"),
    )
)

MANUFACTURERS = (
    "Fjellvind",
    "Hearth & Pine",
    "Brookfern",
    "Tarnwick",
    "O'Tally",
    "Lumenta Home",
    "Möwe & Söhne",
    "Quillmark",
    "Stonegait",
    "Wiesengrund",
    'Atelier "Nord"',
    "Pebble Works",
)

SERIES = (
    "Aurora",
    "Birch",
    "Cascade",
    "Drift",
    "Ember",
    "Fable",
    "Granite",
    "Harbour",
    "Inlet",
    "Juniper",
    "Kestrel",
    "Lark",
    "Meadow",
    "Nordic",
    "Orchard",
    "Prairie",
    "Quarry",
    "Ridge",
    "Summit",
    "Thistle",
)


@dataclass(frozen=True, slots=True)
class OptionPlan:
    """An option and its values; ``first`` is the id of the first value."""

    id: int
    kind: str
    name: Words
    first: int
    values: tuple[Words, ...]


SIZE, COLOUR, EXTRAS, ENGRAVING, WRAP, DELIVERY, VOLUME, SHOE = range(1, 9)

OPTIONS = (
    OptionPlan(
        SIZE,
        "select",
        ("Size", "Größe"),
        1,
        (("S", "S"), ("M", "M"), ("L", "L"), ("XL", "XL")),
    ),
    OptionPlan(
        COLOUR,
        "radio",
        ("Colour", "Farbe"),
        11,
        (
            ("Red", "Rot"),
            ("Forest green", "Waldgrün"),
            ("Night blue", "Nachtblau"),
            ("Sand", "Sand"),
            ("Black", "Schwarz"),
        ),
    ),
    OptionPlan(
        EXTRAS,
        "checkbox",
        ("Extras", "Extras"),
        21,
        (
            ("Repair kit", "Reparaturset"),
            ("Carry bag", "Tragetasche"),
            ("Care spray", "Pflegespray"),
        ),
    ),
    OptionPlan(ENGRAVING, "text", ("Engraving", "Gravur"), 31, ()),
    OptionPlan(
        WRAP,
        "radio",
        ("Gift wrap", "Geschenkverpackung"),
        41,
        (("Plain paper", "Schlichtes Papier"), ("Box & ribbon", "Karton & Schleife")),
    ),
    OptionPlan(DELIVERY, "date", ("Delivery date", "Liefertermin"), 51, ()),
    OptionPlan(
        VOLUME,
        "select",
        ("Volume", "Volumen"),
        61,
        (("0.5 l", "0,5 l"), ("0.75 l", "0,75 l"), ("1 l", "1 l"), ("1.5 l", "1,5 l")),
    ),
    OptionPlan(
        SHOE,
        "select",
        ("Shoe size", "Schuhgröße"),
        71,
        tuple((str(size), str(size)) for size in range(37, 47)),
    ),
)
OPTION = {option.id: option for option in OPTIONS}

MATERIAL, ORIGIN, WARRANTY, CARE, SEASON = range(1, 6)
ATTRIBUTE_GROUPS: tuple[tuple[int, Words], ...] = (
    (1, ("Material & care", "Material & Pflege")),
    (2, ("Technical data", "Technische Daten")),
)
ATTRIBUTES: tuple[tuple[int, int, Words], ...] = (
    (MATERIAL, 1, ("Material", "Material")),
    (ORIGIN, 2, ("Made in", "Hergestellt in")),
    (WARRANTY, 2, ("Warranty", "Garantie")),
    (CARE, 1, ("Care", "Pflege")),
    (SEASON, 2, ("Season", "Saison")),
)
ORIGINS: tuple[Words, ...] = (
    ("Germany", "Deutschland"),
    ("Portugal", "Portugal"),
    ("Austria", "Österreich"),
    ("Czech Republic", "Tschechien"),
)
WARRANTIES: tuple[Words, ...] = (("2 years", "2 Jahre"), ("5 years", "5 Jahre"))
SEASONS: tuple[Words, ...] = (
    ("Summer", "Sommer"),
    ("3 seasons", "3 Jahreszeiten"),
    ("Winter", "Winter"),
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

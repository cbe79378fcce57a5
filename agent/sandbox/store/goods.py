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

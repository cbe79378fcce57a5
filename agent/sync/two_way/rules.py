"""How quantities and prices of an ERP become those of a shop, as a connection's settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal, NoReturn

from agent.errors import ConfigError, Held, MissingRight
from agent.model.stock import StockLevel, Warehouse, WarehouseStock

FORMULAS: Mapping[str, str] = {
    "available": "On hand minus all that is to be delivered",
    "free": "On hand minus what is reserved",
    "forecast": "On hand minus outgoing plus incoming",
    "on_hand": "On hand",
}
BASES: Mapping[str, str] = {
    "auto": "As the product's taxes in the ERP say",
    "net": "They are without tax",
    "gross": "They include tax: take it out",
}
_CENT = Decimal("0.0001")
"""What a shop's columns of prices keep: four decimals."""


class StockWaits(Held):
    """No quantity can be told: that of all products waits until a setting or the ERP is mended."""

    default_code = "stock.warehouse_gone"


@dataclass(frozen=True, slots=True)
class StockRules:
    """How many pieces a shop may sell of what the ERP has.

    ``warehouses`` are ERP ids, empty: all. ``buffer`` pieces are kept back per item. ``unseen``:
    pieces of orders that the ERP does not know of yet are taken off.
    """

    formula: str = "available"
    warehouses: frozenset[str] = frozenset()
    buffer: int = 0
    unseen: bool = True
    status_in: int = 0
    """Stock status that a product gets while it is in stock; 0: leave it as it is."""
    status_out: int = 0
    disable_out: bool = False
    """Whether a product without stock is disabled, and enabled again with it."""

    def pieces(self, level: StockLevel) -> int:
        """Return how many pieces there are to sell, whole ones, 0 at least."""
        rows = [
            row
            for ref, row in level.warehouses.items()
            if not self.warehouses or ref in self.warehouses
        ]
        total = sum((self._of(row) for row in rows), Decimal(0))
        return max(0, int(total.to_integral_value(ROUND_FLOOR)) - self.buffer)

    def require(self, ask: Callable[[], Sequence[Warehouse]]) -> None:
        """See that the ERP has the chosen warehouses; ``ask`` it which there are.

        What lies in one that is gone looks like nothing, and the shop would be sold out.

        Raises:
            StockWaits: one is gone or out of use, or the ERP does not say which there are.
        """
        if not self.warehouses:
            return
        try:
            known = {warehouse.ref: warehouse for warehouse in ask()}
        except MissingRight as error:  # without it only quantities cannot be told
            raise StockWaits(error.cause, fix=error.fix, code=error.code) from error
        gone = [
            f'"{known[ref].name}"' if ref in known else f'"{ref}"'
            for ref in sorted(self.warehouses)
            if ref not in known or not known[ref].in_use
        ]
        if gone:
            one = len(gone) == 1
            raise StockWaits(
                f"The {'warehouse' if one else 'warehouses'} {', '.join(gone)} chosen under Stock "
                f"{'is' if one else 'are'} archived, inactive or gone in the ERP, or of another "
                "company: the shop keeps the quantities it has",
                fix="Choose others under Warehouses on the tab Stock of the connection, or bring "
                "back what is missing in the ERP. Stock then follows by itself.",
            )

    def _of(self, row: WarehouseStock) -> Decimal:
        if self.formula == "on_hand":
            return row.on_hand
        if self.formula == "free":
            return row.on_hand - row.reserved
        if self.formula == "forecast":
            return row.on_hand - row.outgoing + row.incoming
        return row.on_hand - row.outgoing


@dataclass(frozen=True, slots=True)
class PriceRules:
    """How prices of an ERP become the shop's: its default currency, without tax.

    ``rates`` are units of a currency per one of the shop's default currency, as the shop keeps
    them. ``groups`` are price lists (ERP ids) by the shop's customer group; ``specials`` the groups
    whose dated prices are offers. ``offers_win``: the shop's cart takes an offer for any quantity,
    also where more pieces cost less, as it does before OpenCart 4.1.
    """

    currency: str
    basis: Literal["auto", "net", "gross"] = "auto"
    convert: bool = False
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    base_list: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    specials: frozenset[str] = frozenset()
    offers_win: bool = False

    @property
    def lists(self) -> list[str]:
        """The price lists that are used, by ERP id."""
        return sorted({ref for ref in (self.base_list, *self.groups.values()) if ref})

    def to_shop(self, price: Decimal, currency: str, included: Decimal) -> Decimal:
        """Return a price of the ERP as the shop keeps it, with four decimals.

        Raises:
            Held: it is in a currency that is not to be converted, or that the shop has no rate of.
        """
        if self.basis != "net" and included:
            price = price * 100 / (100 + included)
        if currency and currency != self.currency:
            rate = self.rates.get(currency)
            if not self.convert or not rate:
                raise Held(
                    f"Its price is in {currency}, the shop's prices are in {self.currency}",
                    fix="Choose a price list in the shop's currency, or switch on Convert "
                    f"currencies in the connection and keep a rate of {currency} under System > "
                    "Localisation > Currencies.",
                    code="prices.currency",
                )
            price = price / rate
        return price.quantize(_CENT, ROUND_HALF_UP)


def parse_stock(settings: Mapping[str, object]) -> StockRules:
    """Return the rules of stock.

    Raises:
        ConfigError: a setting cannot be used.
    """
    formula = str(settings.get("stock_formula") or "available")
    if formula not in FORMULAS:
        _refuse("stock_formula", formula, f"Use one of: {', '.join(FORMULAS)}.")
    return StockRules(
        formula=formula,
        warehouses=frozenset(listed(settings.get("stock_warehouses"))),
        buffer=_whole(settings, "stock_buffer"),
        unseen=bool(settings.get("stock_unseen", True)),
        status_in=_whole(settings, "stock_status_in"),
        status_out=_whole(settings, "stock_status_out"),
        disable_out=bool(settings.get("stock_disable_out", False)),
    )


def parse_prices(
    settings: Mapping[str, object],
    *,
    currency: str,
    rates: Mapping[str, Decimal],
    groups: Mapping[str, str],
    specials: Iterable[str],
    offers_win: bool = False,
) -> PriceRules:
    """Return the rules of prices; see :class:`PriceRules` for what is not in the settings.

    Raises:
        ConfigError: a setting cannot be used.
    """
    basis = str(settings.get("price_basis") or "auto")
    if basis not in ("auto", "net", "gross"):
        _refuse("price_basis", basis, f"Use one of: {', '.join(BASES)}.")
    return PriceRules(
        currency=currency,
        basis=basis,  # type: ignore[arg-type]
        convert=bool(settings.get("price_convert", False)),
        rates=rates,
        base_list=str(settings.get("price_list") or ""),
        groups=groups,
        specials=frozenset(specials),
        offers_win=offers_win,
    )


def listed(value: object) -> list[str]:
    """Return the parts of a setting that holds several values with commas."""
    return [part.strip() for part in str(value or "").split(",") if part.strip()]


def _whole(settings: Mapping[str, object], name: str) -> int:
    text = str(settings.get(name) or "0").strip()
    if not text.isascii() or not text.isdigit():
        _refuse(name, text, "Use a whole number, 0 or more.")
    return int(text)


def _refuse(name: str, value: str, fix: str) -> NoReturn:
    raise ConfigError(f"The setting {name} cannot be {value!r}", fix=fix, code="config.setting")

"""What the connection's test looks at for orders, and the values of settings about them."""

from __future__ import annotations

from collections.abc import Iterator

from agent.erp.odoo.connection import Connection
from agent.erp.odoo.faults import app_of
from agent.erp.odoo.sales.taxes import LINE, price_digits
from agent.erp.port import Finding

ALL = ("read", "create", "write")
RIGHTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("res.partner", ALL),
    ("sale.order", ALL),
    ("sale.order.line", ALL),
    ("stock.picking", ("read", "write")),
    ("account.move", ALL),
    ("account.payment", ALL),
    ("account.journal", ("read",)),
)
_APPS = ("sale.order", "account.move", "stock.picking", "delivery.carrier")
_WORDS = {"read": "read", "create": "create", "write": "change"}


def sales_findings(cx: Connection) -> Iterator[Finding]:
    """Say what orders need and do not find; warnings, because products work without."""
    missing = [model for model in _APPS if not cx.facts.has(model)]
    for model in missing:
        yield Finding(
            "warning",
            "orders",
            f"{model} is missing",
            f"The {app_of(model)} app is not installed in {cx.settings.database}",
            f"Install {app_of(model)} in Odoo (Apps): orders cannot be carried over without it.",
            "erp.app_missing",
        )
    if "sale.order" in missing:
        return
    yield from _rights(cx)
    if "account.move" not in missing and cx.facts.may("account.journal", "read"):
        yield from _books(cx)
    yield from _amounts(cx)


def _rights(cx: Connection) -> Iterator[Finding]:
    lacking: list[str] = []
    apps: list[str] = []
    for model, operations in RIGHTS:
        if not cx.facts.has(model):
            continue
        words = [_WORDS[o] for o in operations if not cx.facts.may(model, o)]
        if words:
            lacking.append(f"{' and '.join(words)} {model}")
            apps.append("Contacts" if model == "res.partner" else app_of(model))
    if not lacking:
        yield Finding("ok", "orders", "The user may write everything that orders need")
        return
    yield Finding(
        "warning",
        "orders",
        "The user lacks rights for orders",
        f"The user may not {', '.join(lacking)}",
        f"Give the user rights in {', '.join(dict.fromkeys(apps))} in Odoo (Settings, Users): "
        "Sales: Administrator, Inventory: User, Invoicing: Billing, and Contact Creation.",
        "erp.rights",
    )


def _books(cx: Connection) -> Iterator[Finding]:
    company = ("company_id", "=", cx.facts.company.id)
    if not cx.odoo.find("account.journal", [("type", "=", "sale"), company], ["id"], limit=1):
        yield Finding(
            "warning",
            "orders",
            "No sales journal",
            f"{cx.facts.company.name} has no sales journal or no chart of accounts",
            "Choose a fiscal localization in Odoo (Invoicing, Configuration, Settings), or make a "
            "journal of the type Sales: no invoice can be made without one.",
            "odoo.no_journal",
        )
    kinds = ("type", "in", ["bank", "cash"])
    if not cx.odoo.find("account.journal", [kinds, company], ["id"], limit=1):
        yield Finding(
            "warning",
            "orders",
            "No bank or cash journal",
            f"{cx.facts.company.name} has no journal for payments",
            "Make one in Odoo (Invoicing, Configuration, Journals): no payment can be entered "
            "without one.",
            "odoo.no_journal",
        )


def _amounts(cx: Connection) -> Iterator[Finding]:
    digits = price_digits(cx)
    kept = cx.facts.fields(LINE)["price_unit"].decimals
    if kept is not None and digits < 4:
        yield Finding(
            "warning",
            "orders",
            f"Unit prices of order lines have {digits} digits",
            "The shop's have up to 4: each line can be off by half a cent per piece, which a "
            "rounding line makes up for within its limit",
            "Raise Product Price under Settings, Technical, Decimal Accuracy in Odoo to 4 or more.",
            "odoo.digits",
        )
    rows = cx.odoo.find(
        "res.company",
        [("id", "=", cx.facts.company.id)],
        ["tax_calculation_rounding_method"]
        if cx.facts.has("res.company", "tax_calculation_rounding_method")
        else ["name"],
    )
    how = str(rows[0].get("tax_calculation_rounding_method") or "") if rows else ""
    globally = how == "round_globally"
    words = "over the whole order" if globally else "on each line"
    if globally and not cx.facts.has("sale.order", "tax_totals"):
        yield Finding(
            "warning",
            "orders",
            f"Odoo rounds taxes {words}",
            "This version rounds an order and its invoice in different ways: they can differ by a "
            "cent, and such invoices are left as drafts",
            "Set Tax Calculation Rounding Method to Round per Line in Odoo (Invoicing, "
            "Configuration, Settings).",
            "odoo.rounding",
        )
    elif how:
        yield Finding("ok", "orders", f"Odoo rounds taxes {words}")


def sales_choices(cx: Connection, field: str) -> list[tuple[str, str]]:
    """Return (value, label) pairs of teams or salespersons; empty for other settings."""
    own = [("company_id", "in", [False, cx.facts.company.id])]
    if field == "sales_team" and cx.facts.has("crm.team"):
        rows = cx.odoo.find("crm.team", own, ["name"], active_test=True, order="")
    elif field == "salesperson":
        domain = [("share", "=", False), ("company_ids", "in", [cx.facts.company.id])]
        rows = cx.odoo.find("res.users", domain, ["name"], active_test=True)
    else:
        return []
    return [(str(r["id"]), str(r["name"])) for r in rows]

"""The connection's test: each step says what is wrong and how to mend it, and none raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.erp.odoo import manufacturers
from agent.erp.odoo.buttons.checking import button_findings
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.faults import app_of
from agent.erp.odoo.product_columns import MODEL as TEMPLATE
from agent.erp.odoo.product_columns import description_field
from agent.erp.odoo.sales.checking import sales_choices, sales_findings
from agent.erp.port import Finding
from agent.errors import BridgeError

OLDEST, NEWEST = 14, 19
RIGHTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("product.template", ("read", "create", "write")),
    ("product.product", ("read", "write")),
    ("product.category", ("read", "create", "write")),
    ("product.attribute", ("read", "create", "write")),
    ("product.attribute.value", ("read", "create", "write")),
    ("product.template.attribute.line", ("read", "create", "write")),
    ("product.template.attribute.value", ("read", "write")),
)
STOCK_MODELS = ("stock.quant", "stock.move", "stock.warehouse")
"""What the quantities for a shop are read from."""
_APPS = (("product.template", "error"), ("sale.order", "warning"), ("stock.quant", "warning"))
_WORDS = {"read": "read", "create": "create", "write": "change"}


def run(cx: Connection, shop_currency: str) -> list[Finding]:
    """Return findings in the order of the steps; stops early where nothing further can work."""
    findings: list[Finding] = []
    for step in (_server, _login):
        findings += _step(step, cx)
        if any(f.level == "error" for f in findings):
            return findings
    for step in (
        _apps,
        _rights,
        _stock_rights,
        _company,
        _languages,
        _warehouse,
        _manufacturers,
        _digits,
    ):
        findings += _step(step, cx)
    findings += _step(lambda c: _currency(c, shop_currency), cx)
    findings += _step(sales_findings, cx)
    findings += _step(button_findings, cx)
    return findings


def _step(step: Callable[[Connection], Iterator[Finding]], cx: Connection) -> list[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(step(cx))
    except BridgeError as error:
        name = getattr(step, "__name__", "_check").strip("_")
        findings.append(
            Finding("error", name, error.cause, error.cause, error.fix, code=error.code)
        )
    return findings


def _ok(check: str, message: str) -> Finding:
    return Finding("ok", check, message)


def _server(cx: Connection) -> Iterator[Finding]:
    version = cx.facts.version
    text = f"Odoo {version.text} answers at {cx.settings.url}"
    if OLDEST <= version.major <= NEWEST:
        yield _ok("server", text)
    else:
        yield Finding(
            "warning",
            "server",
            text,
            f"The bridge was made for Odoo {OLDEST} to {NEWEST}",
            "Try it with a copy of the database first.",
            "odoo.version",
        )


def _login(cx: Connection) -> Iterator[Finding]:
    user = cx.facts.user
    way = cx.odoo.transport.protocol
    yield _ok("login", f"{user['name']} is logged in to {cx.settings.database} by {way}")


def _apps(cx: Connection) -> Iterator[Finding]:
    for model, level in _APPS:
        app = app_of(model)
        if cx.facts.has(model):
            yield _ok("apps", f"{model} is there")
        else:
            yield Finding(
                "error" if level == "error" else "warning",
                "apps",
                f"{model} is missing",
                f"The {app} app is not installed in {cx.settings.database}",
                f"Install {app} in Odoo (Apps)"
                + (": products cannot be carried over without it." if level == "error" else "."),
                "erp.app_missing",
            )


def _rights(cx: Connection) -> Iterator[Finding]:
    missing: list[str] = []
    models: list[str] = []
    for model, operations in RIGHTS:
        if not cx.facts.has(model):
            continue
        lacking = [_WORDS[o] for o in operations if not cx.facts.may(model, o)]
        if lacking:
            models.append(model)
            missing.append(f"{' and '.join(lacking)} {model}")
    if not missing:
        yield _ok("rights", "The user may read and write everything the catalogue needs")
        return
    apps = " or ".join(dict.fromkeys(app_of(m) for m in models))
    yield Finding(
        "error",
        "rights",
        "The user lacks rights",
        f"The user may not {', '.join(missing)}",
        f"Make the user Administrator of {apps} in Odoo (Settings, Users), or give it the right "
        "to create products (Odoo 19: Products, Creation).",
        "erp.rights",
    )


def _stock_rights(cx: Connection) -> Iterator[Finding]:
    there = [model for model in STOCK_MODELS if cx.facts.has(model)]
    lacking = [model for model in there if not cx.facts.may(model, "read")]
    if lacking:
        yield Finding(
            "warning",
            "stock",
            "The user may not read stock",
            f"The user may not read {', '.join(lacking)}: no quantity can come into the shop",
            "Make the user a User of Inventory in Odoo (Settings, Users).",
            "erp.rights",
        )
    elif there:
        yield _ok("stock", "The user may read stock")


def _company(cx: Connection) -> Iterator[Finding]:
    company = cx.facts.company
    yield _ok("company", f"Works for {company.name}")
    if len(company.companies) > 1 and cx.settings.company is None:
        yield Finding(
            "warning",
            "company",
            f"The user may work in {len(company.companies)} companies",
            f"No company is set, so {company.name} is meant",
            "Choose the company in the connection's settings.",
            "odoo.companies",
        )


def _languages(cx: Connection) -> Iterator[Finding]:
    main = cx.facts.language
    yield _ok(
        "languages",
        f"Main language {main}; active: " + ", ".join(code for code, _ in cx.facts.languages),
    )
    target = description_field(cx) if cx.facts.has(TEMPLATE) else ""
    if len(cx.facts.languages) > 1 and target and not cx.facts.keeps_languages(TEMPLATE, target):
        yield Finding(
            "warning",
            "languages",
            f"Descriptions go to {target} in {main} only",
            f"Odoo {cx.facts.version.text} keeps one text for all languages there",
            "Choose another field for the description (such as Sales description) where the "
            "other languages matter.",
            "odoo.one_language",
        )
    for shop, erp in sorted(cx.settings.languages.items()):
        if cx.languages.erp(shop) is None:
            yield Finding(
                "warning",
                "languages",
                f"{shop} goes to {erp}",
                f"The language {erp} is not active in Odoo",
                "Activate it in Odoo (Settings, Translations, Languages), or change the pair.",
                "erp.language",
            )


def _warehouse(cx: Connection) -> Iterator[Finding]:
    if not cx.facts.has("stock.warehouse"):
        return
    found = {int(value): label for value, label in choices(cx, "warehouse")}
    wanted = cx.settings.warehouse
    if wanted is not None and wanted not in found:
        yield Finding(
            "error",
            "warehouse",
            f"Warehouse {wanted} is set",
            f"{cx.facts.company.name} has no warehouse {wanted}, or the user may not see it",
            "Choose another warehouse in the connection's settings.",
            "erp.warehouse",
        )
    elif not found:
        yield Finding(
            "warning",
            "warehouse",
            "No warehouse",
            f"{cx.facts.company.name} has no warehouse the user may see",
            "Make one in Odoo (Inventory, Configuration), or give the user the right.",
            "erp.warehouse",
        )
    else:
        yield _ok("warehouse", found[wanted] if wanted is not None else next(iter(found.values())))


def _manufacturers(cx: Connection) -> Iterator[Finding]:
    where = manufacturers.place(cx)
    if where is None:
        yield _ok("manufacturers", "Manufacturers are left out")
    elif where.as_attribute:
        name = cx.settings.manufacturer_attribute
        yield _ok("manufacturers", f"Manufacturers become values of the attribute {name}")
    else:
        yield _ok("manufacturers", f"Manufacturers become records of {where.model}")


def _digits(cx: Connection) -> Iterator[Finding]:
    decimals = cx.facts.fields(TEMPLATE)["list_price"].decimals if cx.facts.has(TEMPLATE) else None
    if decimals is not None and decimals < 4:
        yield Finding(
            "warning",
            "digits",
            f"Odoo keeps prices with {decimals} digits",
            f"Shop prices have up to 4 digits; Odoo rounds them to {decimals}",
            "Raise Product Price under Settings, Technical, Decimal Accuracy in Odoo, where "
            "prices without tax have more digits.",
            "odoo.digits",
        )


def _currency(cx: Connection, shop_currency: str) -> Iterator[Finding]:
    currency = cx.facts.company.currency
    if not shop_currency or currency == shop_currency:
        yield _ok("currency", f"Prices are in {currency}")
        return
    yield Finding(
        "error",
        "currency",
        f"The company's currency is {currency}",
        f"The shop's prices are in {shop_currency}, those of the company in {currency}",
        "Choose a company whose currency is the shop's, or change the shop's default currency.",
        "odoo.currency",
    )


def choices(cx: Connection, field: str) -> list[tuple[str, str]]:
    """Return (value, label) pairs of a setting that Odoo can list; empty for other settings."""
    if field == "language":
        return list(cx.facts.languages)
    if field == "company":
        rows = cx.odoo.find(
            "res.company", [("id", "in", list(cx.facts.company.companies))], ["name"]
        )
        return [(str(r["id"]), str(r["name"])) for r in rows]
    if field == "warehouse" and cx.facts.has("stock.warehouse"):
        rows = cx.odoo.find(
            "stock.warehouse",
            [("company_id", "=", cx.facts.company.id)],
            ["name", "code"],
            active_test=True,
        )
        return [(str(r["id"]), f"{r['name']} ({r['code']})") for r in rows]
    if field == "source_category" and cx.facts.has("product.category"):
        rows = cx.odoo.find("product.category", [], ["display_name"], order="complete_name")
        return [(str(r["id"]), str(r["display_name"])) for r in rows]
    if field == "source_tag" and cx.facts.has("product.tag"):
        rows = cx.odoo.find("product.tag", [], ["name"], order="name")
        return [(str(r["id"]), str(r["name"])) for r in rows]
    return sales_choices(cx, field)

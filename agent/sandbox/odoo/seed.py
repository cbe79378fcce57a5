"""What a fresh database holds: company, users, groups, languages, units, a warehouse, taxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .env import SUPERUSER, Env, Site

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("base.group_user", "User types / Internal User", ()),
    ("base.group_erp_manager", "Administration / Access Rights", ("base.group_user",)),
    ("base.group_system", "Administration / Settings", ("base.group_erp_manager",)),
    ("base.group_partner_manager", "Extra Rights / Contact Creation", ("base.group_user",)),
    ("product.group_product_manager", "Products: Create", ("base.group_user",)),
    ("sales_team.group_sale_salesman", "Sales / User: Own Documents Only", ("base.group_user",)),
    (
        "sales_team.group_sale_salesman_all_leads",
        "Sales / User: All Documents",
        ("sales_team.group_sale_salesman",),
    ),
    (
        "sales_team.group_sale_manager",
        "Sales / Administrator",
        ("sales_team.group_sale_salesman_all_leads", "product.group_product_manager"),
    ),
    ("stock.group_stock_user", "Inventory / User", ("base.group_user",)),
    (
        "stock.group_stock_manager",
        "Inventory / Administrator",
        ("stock.group_stock_user", "product.group_product_manager"),
    ),
    ("account.group_account_invoice", "Invoicing / Billing", ("base.group_user",)),
    (
        "account.group_account_manager",
        "Invoicing / Administrator",
        ("account.group_account_invoice", "product.group_product_manager"),
    ),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A user that can log in."""

    login: str
    name: str
    password: str
    api_key: str
    groups: tuple[str, ...]


ACCOUNTS = (
    Account(
        "admin",
        "Mitchell Admin",
        "admin",
        "5a6e7f30b1c84d2f9e0a1b2c3d4e5f60718293a4",
        (
            "base.group_system",
            "base.group_partner_manager",
            "sales_team.group_sale_manager",
            "stock.group_stock_manager",
            "account.group_account_manager",
        ),
    ),
    Account(
        "sales",
        "Sam Sales",
        "sales",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
        ("base.group_partner_manager", "sales_team.group_sale_manager", "stock.group_stock_user"),
    ),
    Account(
        "nobody",
        "Nora Nobody",
        "nobody",
        "ffeeddccbbaa99887766554433221100ffeeddcc",
        ("base.group_user",),
    ),
)
LANGUAGES = (
    ("en_US", "English (US)", "en", True),
    ("de_DE", "German / Deutsch", "de", False),
    ("fr_FR", "French / Français", "fr", False),
    ("es_ES", "Spanish / Español", "es", False),
    ("nl_NL", "Dutch / Nederlands", "nl", False),
    ("ar_001", "Arabic / الْعَرَبيّة", "ar", False),
)
CURRENCIES = (
    ("USD", "$", "before", 0.01, True),
    ("EUR", "€", "after", 0.01, True),
    ("GBP", "£", "before", 0.01, False),
    ("JPY", "¥", "before", 1.0, False),
)
COUNTRIES = (
    ("us", "United States", "US", "USD", 1),
    ("de", "Germany", "DE", "EUR", 49),
    ("fr", "France", "FR", "EUR", 33),
    ("gb", "United Kingdom", "GB", "GBP", 44),
)
STATES = (("us", "CA", "California"), ("us", "NY", "New York"), ("us", "TX", "Texas"))
MODULES = (
    *("base", "web", "mail", "product", "sale", "sale_management", "stock", "account"),
    *("delivery", "uom", "sales_team", "base_import"),
)


class Seeder:
    """Fills a database; every record that others name gets an external id."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.env: Env = site.env(SUPERUSER)
        self.old = site.version == "14"

    def add(self, xml_id: str, model: str, /, **vals: Any) -> int:
        """Create a record, leaving out fields that the version does not have."""
        known = self.env[model]
        record = known.create_records([{k: v for k, v in vals.items() if k in known.fields}])[0]
        if xml_id:
            self.site.xml_ids[xml_id] = record
            self.env["ir.model.data"].keep(xml_id, model, record, True)  # type: ignore[attr-defined]
        return record

    def raw(self, xml_id: str, model: str, /, **vals: Any) -> int:
        """Put a row into a table where creating it needs what is not there yet."""
        table = self.site.database.tables[model]
        now = self.site.database.now
        stamp = {"create_date": now, "write_date": now, "create_uid": 1, "write_uid": 1}
        record = table.insert({**vals, **stamp})
        self.site.xml_ids[xml_id] = record
        return record

    def run(self) -> dict[str, tuple[int, Account]]:
        """Fill everything; return the users who can log in."""
        accounts = self._people()
        self._languages()
        self._places()
        self._catalogue()
        self._models()
        for xml_id in (
            "base.main_company",
            "base.main_partner",
            "base.user_admin",
            "base.user_root",
        ):
            model = {"main_company": "res.company", "main_partner": "res.partner"}.get(
                xml_id.split(".")[1], "res.users"
            )
            self.env["ir.model.data"].keep(xml_id, model, self.env.ref(xml_id), True)  # type: ignore[attr-defined]
        self.site.database.journal.clear()
        return accounts

    def _people(self) -> dict[str, tuple[int, Account]]:
        groups: dict[str, int] = {}
        for xml_id, name, implied in GROUPS:
            groups[xml_id] = self.raw(
                xml_id,
                "res.groups",
                name={"en_US": name.rsplit(" / ", 1)[-1] if not self.old else name},
                full_name=name,
                implied_ids=tuple(groups[one] for one in implied),
            )
        currencies = {
            name: self.raw(
                f"base.{name}",
                "res.currency",
                name=name,
                symbol=symbol,
                position=position,
                rounding=rounding,
                decimal_places=2 if rounding < 1 else 0,
                active=active,
            )
            for name, symbol, position, rounding, active in CURRENCIES
        }
        partner = self.raw("base.main_partner", "res.partner", name="My Company", is_company=True)
        self.site.database.tables["res.partner"].update(partner, {"active": True})
        company = self.raw(
            "base.main_company",
            "res.company",
            name="My Company",
            partner_id=partner,
            currency_id=currencies["USD"],
            active=True,
        )
        users = self.site.database.tables["res.users"]
        users.next_id = 1
        column = "groups_id" if self.old else "group_ids"
        found: dict[str, tuple[int, Account]] = {}
        root = Account("__system__", "OdooBot", "", "", tuple(groups))
        for account in (root, *ACCOUNTS):
            person = self.raw(
                f"sandbox.partner_{account.login}",
                "res.partner",
                name=account.name,
                active=account is not root,
                lang="en_US",
            )
            uid = self.raw(
                {"__system__": "base.user_root", "admin": "base.user_admin"}.get(
                    account.login, f"sandbox.user_{account.login}"
                ),
                "res.users",
                login=account.login,
                partner_id=person,
                company_id=company,
                company_ids=(company,),
                active=account is not root,
                **{column: tuple(groups[one] for one in account.groups)},
            )
            found[account.login] = (uid, account)
        del found["__system__"]
        return found

    def _languages(self) -> None:
        for code, name, iso, active in LANGUAGES:
            self.add(
                f"base.lang_{code.split('_')[0]}",
                "res.lang",
                code=code,
                name=name,
                iso_code=iso,
                active=active,
                url_code=iso,
            )
        for code, name, iso, currency, phone in COUNTRIES:
            self.add(
                f"base.{code}",
                "res.country",
                name=name,
                code=iso,
                currency_id=self.env.ref(f"base.{currency}"),
                phone_code=phone,
            )
        for country, code, name in STATES:
            self.add(
                f"base.state_{country}_{code.lower()}",
                "res.country.state",
                name=name,
                code=code,
                country_id=self.env.ref(f"base.{country}"),
            )

    def _places(self) -> None:
        company = self.env.ref("base.main_company")
        top = self.add(
            "stock.stock_location_locations",
            "stock.location",
            name="Physical Locations",
            usage="view",
        )
        for key, name, usage in (
            ("stock.stock_location_suppliers", "Vendors", "supplier"),
            ("stock.stock_location_customers", "Customers", "customer"),
            ("stock.location_inventory", "Inventory adjustment", "inventory"),
        ):
            self.add(key, "stock.location", name=name, usage=usage, location_id=top)
        view = self.add(
            "stock.warehouse0_view", "stock.location", name="WH", usage="view", company_id=company
        )
        stock = self.add(
            "stock.stock_location_stock",
            "stock.location",
            name="Stock",
            usage="internal",
            location_id=view,
            company_id=company,
        )
        warehouse = self.add(
            "stock.warehouse0",
            "stock.warehouse",
            name="My Company",
            code="WH",
            company_id=company,
            view_location_id=view,
            lot_stock_id=stock,
            partner_id=self.env.ref("base.main_partner"),
        )
        locations = self.site.database.tables["stock.location"]
        if not self.old:
            for place in (view, stock):
                locations.update(place, {"warehouse_id": warehouse})

    def _catalogue(self) -> None:
        company = self.env.ref("base.main_company")
        if self.old:
            self.add("uom.product_uom_categ_unit", "uom.category", name="Unit")
            category: dict[str, Any] = {"category_id": self.env.ref("uom.product_uom_categ_unit")}
        else:
            category = {}
        unit = self.add("uom.product_uom_unit", "uom.uom", name="Units", **category)
        self.add(
            "uom.product_uom_dozen",
            "uom.uom",
            name="Dozens" if self.old else "Dozen",
            uom_type="bigger",
            factor=1 / 12 if self.old else 12.0,
            relative_uom_id=unit,
            relative_factor=12.0,
            **category,
        )
        root = self.add("product.product_category_all", "product.category", name="All")
        self.add("product.product_category_1", "product.category", name="Saleable", parent_id=root)
        self.raw(
            "account.tax_group_taxes",
            "account.tax.group",
            name={"en_US": "Taxes"},
            company_id=company,
            sequence=10,
        )
        for use in ("sale", "purchase"):
            self.add(
                f"account.1_{use}_tax_template",
                "account.tax",
                name="Tax 15%" if self.old else "15%",
                amount=15.0,
                type_tax_use=use,
            )
        self.add("product.list0", "product.pricelist", name="Public Pricelist")
        delivery = self.add(
            "delivery.product_product_delivery",
            "product.product",
            name="Standard delivery",
            type="service",
            default_code="Delivery",
            sale_ok=False,
        )
        self.add(
            "delivery.free_delivery_carrier",
            "delivery.carrier",
            name="Standard delivery",
            product_id=delivery,
            delivery_type="fixed",
        )

    def _models(self) -> None:
        for model in self.site.schema.values():
            entry = self.raw(
                f"sandbox.model_{model.name.replace('.', '_')}",
                "ir.model",
                name={"en_US": model.label} if "translate" in model.fields else model.label,
                model=model.name,
                state="base",
                order=model.order,
            )
            for field in model.fields.values():
                self.site.database.tables["ir.model.fields"].insert(
                    {
                        "name": field.name,
                        "model": model.name,
                        "model_id": entry,
                        "field_description": field.string,
                        "ttype": field.type,
                        "relation": field.relation or None,
                        "relation_field": field.inverse or None,
                        "required": field.required,
                        "readonly": field.readonly,
                        "store": field.store,
                        "translate": field.translate,
                        "state": "base",
                    }
                )
        for module in MODULES:
            self.raw(
                f"base.module_{module}",
                "ir.module.module",
                name=module,
                shortdesc=module.replace("_", " ").title(),
                state="installed",
            )

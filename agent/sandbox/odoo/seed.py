"""What a fresh database holds: company, users, groups, languages, units, a warehouse, taxes.

Groups, units, places and the like are those of a real fresh database (``records-<version>.json``,
``places.json``); the users are the sandbox's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from .env import SUPERUSER, Env, Site

_SALES = ("base.group_partner_manager", "sales_team.group_sale_manager", "stock.group_stock_user")
_ADMIN = (
    "base.group_user",
    "base.group_system",
    "base.group_partner_manager",
    "sales_team.group_sale_manager",
    "stock.group_stock_manager",
    "account.group_account_manager",
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
    Account("admin", "Administrator", "admin", "5a6e7f30b1c84d2f9e0a1b2c3d4e5f60718293a4", _ADMIN),
    Account(
        "sales",
        "Sam Sales",
        "sales",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
        (*_SALES, "product.group_product_manager"),
    ),
    Account(
        "nobody",
        "Nora Nobody",
        "nobody",
        "ffeeddccbbaa99887766554433221100ffeeddcc",
        ("base.group_user",),
    ),
)
TAXES = (0, 5, 10, 19, 20, 21)  # percent
MODULES = (
    *("base", "web", "mail", "product", "sale", "sale_management", "stock", "account"),
    *("delivery", "uom", "sales_team", "base_import", "sale_stock", "stock_account"),
)


class Seeder:
    """Fills a database; every record that others name gets an external id."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.env: Env = site.env(SUPERUSER)
        self.tables = site.database.tables
        self.old = site.version == "14"

    def run(self) -> None:
        """Fill everything."""
        places = _read("places.json")
        self._groups()
        self._languages(places["languages"])
        self._geography(places)
        self._people()
        for model, xml_id, vals in _read(f"records-{self.site.version}.json"):
            self._record(model, xml_id, vals)
        self._finish()
        self._demo()
        self._models()
        self.site.database.journal.clear()

    def row(self, xml_id: str, model: str, /, **vals: Any) -> int:
        """Put a row into a table as it is, where creating it needs what is not there yet."""
        now = self.site.database.now
        stamp = {"create_date": now, "write_date": now, "create_uid": 1, "write_uid": 1}
        plain = {key: value for key, value in vals.items() if value is not None}
        fields = self.site.schema[model].fields
        row: dict[str, Any] = {}
        for name, value in plain.items():
            if name in fields:
                translated = fields[name].translate and isinstance(value, str)
                row[name] = {"en_US": value} if translated else value
        record = self.tables[model].insert({**row, **stamp})
        self._name(xml_id, model, record)
        return record

    def _name(self, xml_id: str, model: str, record: int) -> None:
        self.site.xml_ids[xml_id] = record
        module, _, name = xml_id.partition(".")
        now = self.site.database.now
        self.tables["ir.model.data"].insert(
            {
                "module": module,
                "name": name,
                "model": model,
                "res_id": record,
                "noupdate": True,
                "create_date": now,
                "write_date": now,
                "create_uid": 1,
                "write_uid": 1,
            }
        )

    def _record(self, model: str, xml_id: str, vals: dict[str, Any]) -> None:
        values: dict[str, Any] = {}
        fields = self.site.schema[model].fields
        for name, value in vals.items():
            found = self._resolved(value)
            if name in fields and found is not None:
                values[name] = found
        [record] = self.env[model].create_records([values])
        self._name(xml_id, model, record)

    def _resolved(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if "ref" in value:
            return self.site.xml_ids.get(value["ref"])
        return [(6, 0, [self.site.xml_ids[one] for one in value["refs"]])]

    def _groups(self) -> None:
        groups = self.site.groups
        made: dict[str, int] = {}
        while len(made) < len(groups):
            for xml_id, about in groups.items():
                if xml_id not in made and all(one in made for one in about["implied"]):
                    made[xml_id] = self.row(
                        xml_id,
                        "res.groups",
                        name=about["name"],
                        full_name=about["full_name"],
                        implied_ids=tuple(made[one] for one in about["implied"]),
                    )

    def _languages(self, languages: list[dict[str, Any]]) -> None:
        for about in languages:
            active = about["code"] == "en_US"
            self.row(f"base.lang_{about['code']}", "res.lang", **about, active=active)

    def _geography(self, places: dict[str, Any]) -> None:
        for about in places["currencies"]:
            active = about["name"] == "USD"
            self.row(f"base.{about['name']}", "res.currency", **about, active=active)
        for about in places["countries"]:
            currency = self.site.xml_ids.get(f"base.{about['currency_id']}")
            xml_id = f"base.{(about['code'] or 'xx').lower()}"
            self.row(xml_id, "res.country", **{**about, "currency_id": currency})
        for country, code, name in places["states"]:
            at = self.site.xml_ids[f"base.{country.lower()}"]
            xml_id = f"base.state_{country.lower()}_{code.lower()}"
            self.row(xml_id, "res.country.state", code=code, name=name, country_id=at)

    def _people(self) -> None:
        self.tables["res.users"].next_id = SUPERUSER
        ids = self.site.xml_ids
        partner = self.row(
            "base.main_partner",
            "res.partner",
            name="My Company",
            complete_name="My Company",
            is_company=True,
            active=True,
            type="contact",
            lang="en_US",
        )
        company = self.row(
            "base.main_company",
            "res.company",
            name="My Company",
            partner_id=partner,
            currency_id=ids["base.USD"],
            active=True,
            sequence=10,
            country_id=ids["base.us"],
            tax_calculation_rounding_method="round_per_line" if self.old else "round_globally",
        )
        self._user(
            Account("__system__", "OdooBot", "", "", tuple(self.site.groups)), company, active=False
        )
        for account in ACCOUNTS:
            uid = self._user(account, company, active=True)
            self.site.passwords[uid] = account.password
            self.site.api_keys[account.api_key] = uid

    def _user(self, account: Account, company: int, *, active: bool) -> int:
        person = self.row(
            f"sandbox.partner_{account.login}",
            "res.partner",
            name=account.name,
            complete_name=account.name,
            active=active,
            type="contact",
            lang="en_US",
        )
        xml_ids = {"__system__": "base.user_root", "admin": "base.user_admin"}
        groups = tuple(self.site.xml_ids[one] for one in account.groups if one in self.site.xml_ids)
        return self.row(
            xml_ids.get(account.login, f"sandbox.user_{account.login}"),
            "res.users",
            login=account.login,
            partner_id=person,
            company_id=company,
            company_ids=(company,),
            active=active,
            **{"groups_id" if self.old else "group_ids": groups},
        )

    def _finish(self) -> None:
        ids = self.site.xml_ids
        taxes = self.env["account.tax"]
        for use in ("sale", "purchase"):
            domain = [["type_tax_use", "=", use], ["amount", ">", 0]]
            first = taxes.find(domain, "sequence, id", 0, 1)
            ids[f"sandbox.default_{use}_tax"] = first[0]
        warehouse = self.tables["stock.warehouse"].rows[ids["stock.warehouse0"]]
        ids["sandbox.stock"] = warehouse["lot_stock_id"]
        if not self.old:
            places = self.env["stock.location"]
            for place in places.hierarchy("child_of", warehouse["view_location_id"]):
                places.table.update(place, {"warehouse_id": ids["stock.warehouse0"]})

    def _demo(self) -> None:
        """Add what shops of several countries sell with."""
        currencies = self.env["res.currency"]
        wanted = [["name", "in", ["EUR", "USD", "GBP"]]]
        everything = currencies.with_context(active_test=False)
        currencies.write_records(everything.find(wanted), {"active": True})
        for rate in TAXES:
            name = f"Tax {rate}.00%" if self.old else f"{rate}%"
            values = {"name": name, "amount": rate, "type_tax_use": "sale"}
            self._record("account.tax", f"sandbox.sale_tax_{rate}", values)
        journals = self.env["account.journal"]
        if not journals.find([["type", "=", "cash"]], "id"):
            cash = {"name": "Cash", "type": "cash", "code": "CSH1", "sequence": 10}
            self._record("account.journal", "sandbox.cash_journal", cash)

    def _models(self) -> None:
        for model in self.site.schema.values():
            entry = self.row(
                f"sandbox.model_{model.name.replace('.', '_')}",
                "ir.model",
                name=model.label,
                model=model.name,
                state="base",
                order=model.order,
            )
            for field in model.fields.values():
                self.tables["ir.model.fields"].insert(
                    {
                        "name": field.name,
                        "model": model.name,
                        "model_id": entry,
                        "field_description": {"en_US": field.string},
                        "ttype": field.type,
                        "relation": field.relation or None,
                        "relation_field": field.inverse or None,
                        "required": field.required,
                        "readonly": field.readonly,
                        "store": field.store,
                        "state": "base",
                    }
                )
        for module in MODULES:
            self.row(
                f"base.module_{module}",
                "ir.module.module",
                name=module,
                shortdesc=module.replace("_", " ").title(),
                state="installed",
            )


def _read(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))

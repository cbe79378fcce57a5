"""Odoo's own prices, by a server action; and random price lists to compare them on."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from agent_tests.lab.odoo import OdooDatabase

_CODE = """
found = []
for number, model, record, quantity, moment in env.context['asked']:
    pricelist = env['product.pricelist'].browse(number)
    goods = env[model].browse(record)
    at = datetime.datetime.strptime(moment, '%Y-%m-%d %H:%M:%S')
    if env.context['modern']:
        found.append(pricelist._get_product_price(goods, quantity, date=at))
    else:
        found.append(pricelist.get_product_price(goods, quantity, False, date=at))
action = {'type': 'ir.actions.act_url', 'url': str(found)}
"""
Asked = tuple[int, str, int, float, str]
"""Price list, model, record, quantity, moment in UTC."""


class Oracle:
    """Asks Odoo itself what something costs."""

    def __init__(self, odoo: OdooDatabase) -> None:
        self.odoo = odoo

    @cached_property
    def _action(self) -> int:
        (model,) = self.odoo.rpc("ir.model", "search", [("model", "=", "product.pricelist")])
        values = {"name": "prices", "model_id": model, "state": "code", "code": _CODE}
        return int(self.odoo.rpc("ir.actions.server", "create", values))

    def prices(self, asked: list[Asked]) -> list[float]:
        """Return Odoo's prices, unrounded, in the lists' currencies."""
        modern = self.odoo.version == "19"
        context = {"asked": [list(one) for one in asked], "modern": modern}
        answer = self.odoo.rpc("ir.actions.server", "run", [self._action], context=context)
        return [float(part) for part in str(answer["url"])[1:-1].split(",")]


class Market:
    """Random products, categories, currencies and price lists, by a seed."""

    def __init__(self, odoo: OdooDatabase, seed: int, today: date) -> None:
        self.odoo = odoo
        self.random = random.Random(seed)
        self.today = today
        self.tag = f"m{seed}-{self.random.randrange(10**6)}"
        self.categories = self._categories()
        self.products: list[int] = self._rpc(
            "product.template", "create", [self._product(n) for n in range(8)]
        )
        self.shirt = self._shirt()
        self.currencies = self._currencies()
        self.lists: list[int] = []
        self.plain: dict[int, int] = {}
        """A list without rules in the same currency, by list."""
        for number in range(5):
            self.lists.append(self._list(number))

    def _rpc(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.odoo.rpc(model, method, *args, **kwargs)

    def _categories(self) -> list[int]:
        found: list[int] = []
        for name in ("b", "a", "c", "a b"):  # each below the one before, in no order of names
            values = {"name": f"{name}{self.tag}", "parent_id": found[-1] if found else False}
            found.append(self._rpc("product.category", "create", values))
        return found

    def _product(self, number: int) -> dict[str, Any]:
        return {
            "name": f"p{number}{self.tag}",
            "list_price": self._amount(1, 300),
            "standard_price": self._amount(1, 200),
            "categ_id": self.random.choice(self.categories),
        }

    def _shirt(self) -> int:
        attribute = self._rpc(
            "product.attribute",
            "create",
            {"name": self.tag, "value_ids": [(0, 0, {"name": n}) for n in "SML"]},
        )
        values = self._rpc("product.attribute.value", "search", [("attribute_id", "=", attribute)])
        line = {"attribute_id": attribute, "value_ids": [(6, 0, values)]}
        return int(
            self._rpc(
                "product.template",
                "create",
                {
                    "name": f"shirt{self.tag}",
                    "list_price": 20.0,
                    "categ_id": self.categories[-1],
                    "attribute_line_ids": [(0, 0, line)],
                },
            )
        )

    def _currencies(self) -> list[int]:
        (company,) = self._rpc("res.company", "search_read", [], ["currency_id"], limit=1)
        names = [("name", "in", ["EUR", "JPY", "CHF"])]
        found = self._rpc("res.currency", "search", names, context={"active_test": False})
        known = self._rpc("res.currency.rate", "search", [("currency_id", "in", found)])
        self._rpc("res.currency.rate", "unlink", known)
        self._rpc("res.currency", "write", found, {"active": True})
        days = [self.today + timedelta(days=d) for d in (-400, -40, 12, 25)]
        self._rpc(
            "res.currency.rate",
            "create",
            [
                {
                    "name": (day + timedelta(days=currency % 5)).isoformat(),
                    "rate": round(self.random.uniform(0.3, 150), 6),
                    "currency_id": currency,
                }
                for currency in found
                for day in days
            ],
        )
        return [company["currency_id"][0], company["currency_id"][0], *found]

    def _list(self, number: int) -> int:
        currency = self.random.choice(self.currencies)
        made, plain = self._empty(f"l{number}", currency), self._empty(f"e{number}", currency)
        self.plain[made] = plain
        rules = [self._rule(made) for _ in range(self.random.randrange(3, 14))]
        self._rpc("product.pricelist.item", "create", rules)
        return made

    def _empty(self, name: str, currency: int) -> int:
        values = {"name": f"{name}{self.tag}", "currency_id": currency}
        made = int(self._rpc("product.pricelist", "create", values))
        rules = self._rpc("product.pricelist.item", "search", [("pricelist_id", "=", made)])
        if rules:  # some versions make one for everything
            self._rpc("product.pricelist.item", "unlink", rules)
        return made

    def _rule(self, pricelist: int) -> dict[str, Any]:
        pick = self.random
        rule: dict[str, Any] = {"pricelist_id": pricelist, **self._target()}
        rule["min_quantity"] = pick.choice([0, 0, 0, 1, 2, 5, 10, 2.5])
        if pick.random() < 0.45:
            rule |= self._days()
        rule["compute_price"] = pick.choice(["fixed", "percentage", "formula", "formula"])
        if rule["compute_price"] == "fixed":
            return rule | {"fixed_price": self._amount(1, 300)}
        rule["base"] = pick.choice(["list_price", "list_price", "standard_price", "pricelist"])
        if rule["base"] == "pricelist" and not self.lists:
            rule["base"] = "list_price"
        if rule["base"] == "pricelist":
            rule["base_pricelist_id"] = pick.choice(self.lists)
        if rule["compute_price"] == "percentage":
            return rule | {"percent_price": pick.choice([10.0, 12.5, 33.33, -5.0])}
        markup = self.odoo.version == "19" and rule["base"] == "standard_price"
        rule["price_markup" if markup else "price_discount"] = pick.choice([0.0, 15.0, 7.25, -8.0])
        rule["price_round"] = pick.choice([0.0, 0.0, 1.0, 0.05, 10.0])
        rule["price_surcharge"] = pick.choice([0.0, 0.0, 0.49, 2.5])
        if pick.random() < 0.4:
            low = self._amount(0, 20)
            rule |= {"price_min_margin": low, "price_max_margin": low + self._amount(0, 30)}
        return rule

    def _target(self) -> dict[str, Any]:
        kind = self.random.choice(
            ["3_global", "2_product_category", "2_product_category", "1_product", "variant"]
        )
        if kind == "3_global":
            return {"applied_on": kind}
        if kind == "2_product_category":
            return {"applied_on": kind, "categ_id": self.random.choice(self.categories)}
        template = self.random.choice([*self.products, self.shirt])
        if kind == "1_product" or template == self.shirt:
            return {"applied_on": "1_product", "product_tmpl_id": template}
        return {
            "applied_on": "0_product_variant",
            "product_id": self._variants[template],
            "product_tmpl_id": template,
        }

    @cached_property
    def _variants(self) -> dict[int, int]:
        domain = [("product_tmpl_id", "in", self.products)]
        rows = self._rpc("product.product", "search_read", domain, ["product_tmpl_id"])
        return {row["product_tmpl_id"][0]: row["id"] for row in rows}

    def _days(self) -> dict[str, Any]:
        now = datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC)
        start = now + timedelta(days=self.random.randrange(-30, 30), hours=self._hour())
        end = start + timedelta(days=self.random.randrange(1, 25), hours=self._hour())
        both = {
            "date_start": start.strftime("%Y-%m-%d %H:%M:%S"),
            "date_end": end.strftime("%Y-%m-%d %H:%M:%S"),
        }
        if self.random.random() < 0.3:
            both.pop(self.random.choice(sorted(both)))
        return both

    def _hour(self) -> float:
        return self.random.choice([0, 0, 4, 12, 15, 23.9])

    def _amount(self, low: int, high: int) -> float:
        return self.random.randrange(low * 100, high * 100) / 100

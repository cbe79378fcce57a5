"""The stand-in for the agent on the way into the shop: conflicts, price lists, the ERP itself."""

from __future__ import annotations

from typing import Any

from fake_agent_orders import Answer, OrderData, Refusal
from fake_agent_samples import finding, page

PRICE_LISTS = {"3": "Retail (EUR)", "4": "Wholesale (EUR)", "5": "Summer sale (USD)"}
GROUPS = {"1": "Default", "2": "Wholesale & <b>friends</b>"}


def conflict_samples() -> list[dict[str, Any]]:
    """Return records that both sides changed; long texts differ in their middle."""
    story = "<p>A wide screen with a long story. " + "It goes on and on. " * 40
    end = " And so it ends.</p>" + " It goes on and on." * 30

    def changed(name: str, label: str, group: str, shop: str, erp: str) -> dict[str, str]:
        return {"name": name, "label": label, "group": group, "shop": shop, "erp": erp}

    def conflict(entity: str, key: str, label: str, *fields: dict[str, str]) -> dict[str, Any]:
        return {
            "connection": 1,
            "entity": entity,
            "store_key": key,
            "label": label,
            "erp_id": f"1{key}",
            "erp_url": f"https://odoo.example.com/odoo/{entity}/1{key}",
            "since": "2025-03-01T12:00:00+00:00",
            "fields": list(fields),
        }

    return [
        conflict(
            "products",
            "42",
            'Apple Cinema 30" <b>bold</b>',
            changed("price", "Price", "price", "101.00", "95.00"),
            changed(
                "description",
                "Description",
                "texts",
                f"{story}It has 2,560 by 1,600 pixels, says the shop.{end}",
                f"{story}It has 2,560 by 1,440 pixels, says the ERP.{end}",
            ),
            changed("meta_title", "Meta title", "texts", "", "Cinema"),
        ),
        conflict(
            "products",
            "40",
            "iPhone",
            changed("name", "Name", "texts", "iPhone 2", "iPhone, second edition"),
        ),
        conflict(
            "categories",
            "20",
            "Desktops",
            changed("x_future", "Something new", "other", "Süß", "Sauer"),
        ),
    ]


class TwoWayData(OrderData):
    """Answers the calls about conflicts, price lists, buttons and preparing."""

    def __init__(self) -> None:
        super().__init__()
        self.conflicts = conflict_samples()
        self.price_lists: dict[str, dict[str, Any]] = {"2": {"price_list": "4", "special": False}}
        self.buttons = False
        self.prepared = False

    def _start(self, body: dict[str, Any], **_: Any) -> Answer:
        raise Refusal(404, "request.address", "There is nothing here", "Look elsewhere.")

    def _list_conflicts(self, query: dict[str, str], **_: Any) -> Answer:
        wanted = query.get("q", "").lower()
        rows = [
            row
            for row in self.conflicts
            if wanted in row["label"].lower()
            and query.get("entity", row["entity"]) == row["entity"]
        ]
        return 200, page(rows, query)

    def _settle(self, entity: str, key: str, body: dict[str, Any], **_: Any) -> Answer:
        """Settle fields of a conflict, or all of them; those that are not named stay."""
        for row in self.conflicts:
            if (row["entity"], row["store_key"]) == (entity, key):
                names = {field["name"] for field in row["fields"]}
                chosen = names if body.get("all") else set(body["choices"])
                if not chosen or chosen - names:
                    text = "shop or erp, for fields in conflict."
                    fields = {"choices": [text]}
                    raise Refusal(422, "input.invalid", text, "Choose one.", fields)
                row["fields"] = [f for f in row["fields"] if f["name"] not in chosen]
                if not row["fields"]:
                    self.conflicts.remove(row)
                return self._start(
                    body={
                        "connection": body["connection"],
                        "entity": entity,
                        "direction": "to-store",
                        "mode": "ids",
                        "ids": [key],
                        "dry_run": False,
                        "requested_by": body["requested_by"],
                    }
                )
        raise Refusal(404, "conflict.missing", "There is no such conflict", "Look again.")

    def _show_lists(self, number: str, **_: Any) -> Answer:
        self._connection(number)
        none = {"price_list": None, "special": False}
        return 200, {
            "items": [
                {"group": group, "label": label, **self.price_lists.get(group, none)}
                for group, label in GROUPS.items()
            ],
            "price_lists": [{"value": key, "label": label} for key, label in PRICE_LISTS.items()],
        }

    def _store_lists(self, number: str, body: dict[str, Any], **_: Any) -> Answer:
        for position, item in enumerate(body["items"]):
            if item["price_list"] == "5":
                text = "This price list is in USD, the shop's default currency is EUR."
                field = f"items.{position}.price_list"
                raise Refusal(422, "input.invalid", text, "Choose another.", {field: [text]})
        self.price_lists = {
            item["group"]: {"price_list": item["price_list"], "special": item["special"]}
            for item in body["items"]
        }
        return self._show_lists(number)

    def _show_prepared(self, number: str, **_: Any) -> Answer:
        if self._connection(number)["kind"] == "odoo":
            return 200, {"supported": False, "prepared": True, "findings": []}
        found = [finding("ok", "Everything is there")]
        if not self.prepared:
            made = "Will be made by preparing."
            found = [
                finding("warning", "The user table ERPB_KEY (keys <1>) is missing", made),
                finding("warning", "The user field ERPB_ID of items is missing", made),
            ]
        return 200, {"supported": True, "prepared": self.prepared, "findings": found}

    def _prepare(self, number: str, **_: Any) -> Answer:
        self._connection(number)
        self.prepared = True
        return self._show_prepared(number)

    def _show_buttons(self, number: str, **_: Any) -> Answer:
        supported = self._connection(number)["kind"] == "odoo"
        return 200, {"supported": supported, "installed": self.buttons, "push": self.buttons}

    def _set_buttons(self, number: str, body: dict[str, Any], **_: Any) -> Answer:
        self._connection(number)
        self.buttons = body["installed"]
        findings = [finding("ok", "The buttons are there" if self.buttons else "They are gone")]
        if self.buttons:
            findings.append(
                finding(
                    "warning",
                    "Odoo cannot call the agent from where it is",
                    "Set the agent's public address.",
                )
            )
        return 200, {"installed": self.buttons, "findings": findings}

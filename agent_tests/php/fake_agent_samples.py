"""Records that the stand-in for the agent begins with, and how it writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

FAILURE = {
    "code": "record.invalid",
    "cause": "The SKU A-100 is used by two products of the shop",
    "fix": "Give one of them another SKU under Catalog > Products.",
}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def field(name: str, label: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": kind,
        "required": False,
        "default": "",
        "help": "",
        "options": [],
        "choices": False,
        "group": "Connection",
        **more,
    }


KINDS = [
    {
        "kind": "odoo",
        "label": "Odoo",
        "fields": [
            field("url", "URL", "url", required=True, help="e.g. https://odoo.example.com"),
            field("database", "Database", required=True),
            field("user", "User", required=True),
            field("secret", "Password or API key", "password", required=True),
            field("company", "Company", "select", choices=True),
            field("warehouse", "Warehouse", "select", choices=True),
            field("language", "Language", "select", choices=True),
            field("images", "Send images", "boolean", default="true"),
            field("tax_names", "Names of taxes", group="Catalogue"),
            field(
                "guests",
                "Guests",
                "select",
                default="own",
                options=[
                    {"value": "own", "label": "A customer of their own"},
                    {"value": "hold", "label": "The order waits until the person registers"},
                ],
                group="Customers",
            ),
            field("team", "Sales team", "select", choices=True, group="Orders"),
            field("rounding_limit", "Largest rounding line", default="0.05", group="Orders"),
            field("source_category", "Only below", "select", choices=True, group="From Odoo"),
            field(
                "stock_warehouses",
                "Warehouses",
                "multiselect",
                choices=True,
                help="None ticked: all of them",
                group="Stock",
            ),
            field("stock_buffer", "Kept back", "number", default="0", group="Stock"),
            field(
                "right_texts",
                "Texts",
                "select",
                default="shop",
                options=[
                    {"value": "shop", "label": "The shop"},
                    {"value": "erp", "label": "The ERP"},
                    {"value": "newest", "label": "Whoever changed it last"},
                    {"value": "hold", "label": "A person decides"},
                ],
                group="Who is right",
            ),
        ],
        "to_store": [
            "attributes",
            "categories",
            "manufacturers",
            "products",
            "stock",
            "prices",
        ],
    },
    {
        "kind": "sap_b1",
        "label": "SAP Business One",
        "fields": [
            field("url", "Service Layer", "url", required=True),
            field("database", "Company", required=True, help="e.g. SBODemoGB"),
            field("user", "User", required=True),
            field("secret", "Password", "password", required=True),
            field(
                "freight_shipping", "Freight of shipping", "select", choices=True, group="Orders"
            ),
            field(
                "source_group", "Item group", "select", choices=True, group="From SAP Business One"
            ),
        ],
        "to_store": ["products", "stock", "prices"],
    },
]


def page(rows: list[Any], query: dict[str, str]) -> dict[str, Any]:
    page, limit = int(query.get("page", 1)), int(query.get("limit", 20))
    start = (page - 1) * limit
    return {"items": rows[start : start + limit], "total": len(rows), "page": page, "limit": limit}


def finding(level: str, text: str, fix: str = "") -> dict[str, str]:
    cause = "" if level == "ok" else text
    return {
        "level": level,
        "check": "login",
        "message": text,
        "cause": cause,
        "fix": fix,
        "code": "",
    }


def connection_sample(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "kind": "odoo",
        "state": "active",
        "paused": None,
        "settings": {"url": "https://odoo.example.com", "database": "prod", "user": "bridge"},
        "has_secret": True,
        "created_at": now(),
        "updated_at": now(),
    }


def held_task() -> dict[str, Any]:
    return {
        "id": 71,
        "job": 1,
        "connection": 1,
        "key": "1:products",
        "kind": "page",
        "payload": {},
        "state": "held",
        "attempts": 1,
        "crashes": 0,
        "not_before": now(),
        "error": {
            "code": "tax.unmapped",
            "record": 'product 42 (Apple Cinema 30")',
            "cause": "The tax class Downloadable Products is not linked to a tax of the ERP",
            "fix": "Link the tax class, then try again.",
        },
        "created_at": now(),
        "updated_at": now(),
    }


def record(job: dict[str, Any], outcome: str, number: int) -> dict[str, Any]:
    return {
        "entity": job["entity"],
        "store_key": str(30 + number),
        "label": 'Apple Cinema 30" <b>bold</b>',
        "outcome": outcome,
        **FAILURE,
        "detail": None,
    }


def planned(job: dict[str, Any], action: str, number: int) -> dict[str, Any]:
    old = "Old name" if action == "update" else None
    fields: dict[str, list[Any]] = {
        "name": [old, f"Record {number}"],
        "list_price": [None, "101.00"],
    }
    return {
        "entity": job["entity"],
        "store_key": str(40 + number),
        "label": f"Record {number}",
        "outcome": "planned",
        "code": "",
        "cause": "",
        "fix": "",
        "detail": {"action": action, "fields": fields},
    }


CODES = {
    "currencies": ["USD", "EUR", "GBP"],
    "carriers": ["flat", "free", "pickup"],
    "payment-methods": ["cod", "bank_transfer"],
}

STATUSES = {
    "1": "Pending",
    "2": "Processing",
    "3": "Shipped",
    "5": "Complete",
    "7": "Canceled",
}

ACTIONS = {
    "none": "Do nothing",
    "quotation": "Quotation",
    "confirm": "Sales order",
    "confirm+invoice+pay": "Sales order, invoice and payment",
    "confirm+deliver": "Sales order, delivered",
    "cancel": "Cancel it",
}

FACTS = {
    "confirmed": "Confirmed as a sales order",
    "invoiced": "Invoiced",
    "paid": "Paid",
    "shipped_partly": "Shipped in part",
    "shipped": "Shipped",
    "delivered": "Everything delivered",
    "cancelled": "Cancelled",
}


def statuses() -> list[dict[str, Any]]:
    """Return the shop's order statuses as mappings: their "ERP id" is what is to be done."""
    actions = {"1": "quotation", "2": "confirm", "7": "cancel"}
    return [
        {
            "store_key": key,
            "label": label,
            "erp_id": actions.get(key),
            "state": "linked" if key in actions else "new",
            "origin": None,
            "synced_at": None,
            "code": "",
            "cause": "",
            "fix": "",
            "erp_url": None,
        }
        for key, label in STATUSES.items()
    ]


def waiting_records() -> list[dict[str, Any]]:
    """Return what waits, and one that was cleared."""
    return [
        {
            "connection": 1,
            "entity": "orders",
            "store_key": "2",
            "label": "Order 2, Grace <b>Hopper</b>",
            "state": "held",
            "code": "customer.guest",
            "cause": "Grace Hopper is a guest, and orders of guests wait until they register",
            "fix": "Ask her to register, or link her to a customer of the ERP.",
            "since": "2025-03-01T12:00:00+00:00",
            "cleared_at": None,
        },
        {
            "connection": 1,
            "entity": "carriers",
            "store_key": "flat",
            "label": "Flat Rate",
            "state": "failed",
            "code": "odoo.refused",
            "cause": "Odoo refuses the delivery method: the product is archived",
            "fix": "Restore the product in Odoo.",
            "since": "2025-03-01T12:00:00+00:00",
            "cleared_at": None,
        },
        {
            "connection": 1,
            "entity": "orders",
            "store_key": "3",
            "label": "Order 3, Café Zoë GmbH",
            "state": "held",
            "code": "tax.unmapped",
            "cause": "The tax rate VAT (20%) is not linked",
            "fix": "Link it under Tax rates.",
            "since": "2025-03-01T12:00:00+00:00",
            "cleared_at": "2025-03-02T09:30:00+00:00",
        },
    ]


def order_numbers(order: str) -> list[dict[str, Any]]:
    """Return what the ERP knows of an order: 1 is shipped, 2 waits, others are unknown."""
    known: dict[str, Any] = {
        "order_id": order,
        "connection": "Odoo main",
        "connection_id": 1,
        "kind": "odoo",
        "erp_id": None,
        "erp_number": None,
        "erp_url": None,
        "state": "held",
        "invoices": [],
        "deliveries": [],
        "code": "",
        "cause": "",
        "fix": "",
    }
    if order == "1":
        return [
            known
            | {
                "erp_id": "17",
                "erp_number": "S00017",
                "erp_url": "https://odoo.example.com/odoo/sales/17",
                "state": "confirmed",
                "invoices": ["INV/2025/00003"],
                "deliveries": [
                    {
                        "number": "WH/OUT/00005",
                        "tracking": "1Z<999>",
                        "done_at": "2025-03-01T12:00:00+00:00",
                        "state": "done",
                    }
                ],
            }
        ]
    if order == "2":
        waits = waiting_records()[0]
        return [known | {name: waits[name] for name in ("code", "cause", "fix")}]
    return []


def mappings(entity: str) -> list[dict[str, Any]]:
    """Return some records in every state, one with markup in its name."""
    if entity == "order-status":
        return statuses()
    names = {
        "products": ["MacBook", "iPhone", "Canon EOS 5D", 'Apple Cinema 30"', "HTC Touch HD"],
        "categories": ["Desktops", "Laptops & Notebooks", "Desktops > PC", "Components", "Tablets"],
        "manufacturers": ["Apple", "Canon", "Hewlett-Packard", "HTC", "Palm", "Sony"],
        "attributes": ["Processor / Clockspeed", "Memory / test 1", "Select", "Radio", "Size"],
        "attribute-values": ["Select: Red", "Select: Blue", "Size: Small", "Size: Large"],
        "taxes": ["Taxable Goods", "Downloadable Products"],
        "stock": ["MacBook", "iPhone", "Canon EOS 5D"],
        "prices": ["MacBook", "iPhone", "Canon EOS 5D"],
        "variants": ["iPhone (Red)", "iPhone (Blue)", "iPhone (Green)"],
        "customers": ["Ada Lovelace", "Grace Hopper (guest)", "Café Zoë GmbH"],
        "orders": ["Order 1, Ada Lovelace", "Order 2, Grace Hopper", "Order 3, Café Zoë GmbH"],
        "tax-rates": ["VAT (20%)", "Eco Tax (-2.00)"],
        "currencies": ["US Dollar", "Euro", "Pound Sterling"],
        "carriers": ["Flat Rate", "Free Shipping", "Pickup From Store"],
        "payment-methods": ["Cash On Delivery", "Bank Transfer"],
    }[entity]
    states = ("linked", "new", "failed", "linked", "held", "excluded", "pending")
    rows = []
    for number in range(45 if entity == "products" else len(names)):
        state = states[number % len(states)]
        label = names[number % len(names)] + (f" {number}" if number >= len(names) else "")
        linked = state == "linked"
        troubled = state in {"failed", "held"}
        text_key = entity in {"attributes", "attribute-values"}
        coded = CODES.get(entity)
        rows.append(
            {
                "store_key": coded[number]
                if coded
                else f"option_{number + 1}"
                if text_key
                else str((1 if entity in {"orders", "customers"} else 28) + number),
                "label": label if number != 6 else '<script>alert(1)</script> & "quotes"',
                "erp_id": str(100 + number) if linked else None,
                "state": state,
                "origin": ("sync", "manual")[number % 2] if linked else None,
                "synced_at": "2025-03-01T12:00:00+00:00" if linked else None,
                "code": FAILURE["code"] if troubled else "",
                "cause": FAILURE["cause"] if troubled else "",
                "fix": FAILURE["fix"] if troubled else "",
                "erp_url": f"https://odoo.example.com/odoo/{entity}/{100 + number}"
                if linked
                else None,
            }
        )
    return rows

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
        ],
    }
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


def mappings(entity: str) -> list[dict[str, Any]]:
    """Return some records in every state, one with markup in its name."""
    names = {
        "products": ["MacBook", "iPhone", "Canon EOS 5D", 'Apple Cinema 30"', "HTC Touch HD"],
        "categories": ["Desktops", "Laptops & Notebooks", "Desktops > PC", "Components", "Tablets"],
        "manufacturers": ["Apple", "Canon", "Hewlett-Packard", "HTC", "Palm", "Sony"],
        "attributes": ["Processor / Clockspeed", "Memory / test 1", "Select", "Radio", "Size"],
        "attribute-values": ["Select: Red", "Select: Blue", "Size: Small", "Size: Large"],
        "taxes": ["Taxable Goods", "Downloadable Products"],
        "variants": ["iPhone (Red)", "iPhone (Blue)", "iPhone (Green)"],
    }[entity]
    states = ("linked", "new", "failed", "linked", "held", "excluded", "pending")
    rows = []
    for number in range(45 if entity == "products" else len(names)):
        state = states[number % len(states)]
        label = names[number % len(names)] + (f" {number}" if number >= len(names) else "")
        linked = state == "linked"
        troubled = state in {"failed", "held"}
        text_key = entity in {"attributes", "attribute-values"}
        rows.append(
            {
                "store_key": f"option_{number + 1}" if text_key else str(28 + number),
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

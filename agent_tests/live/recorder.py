"""Reads what the sandbox must know of Odoo from a real server.

The models are named here; fields are all those that the sandbox stores, follows or computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.models import BEHAVIOUR
from agent_tests.lab.odoo import OdooDatabase
from agent_tests.live.recorded_fields import ONLY

MODELS = (
    *("res.users", "res.company", "res.lang", "res.partner", "res.currency", "res.country"),
    *("res.country.state", "res.groups", "ir.model", "ir.model.data", "ir.model.fields"),
    *("ir.module.module", "ir.config_parameter", "ir.attachment", "product.category"),
    *("product.template", "product.product", "product.attribute", "product.attribute.value"),
    *("product.template.attribute.line", "product.template.attribute.value", "product.tag"),
    *("uom.category", "uom.uom", "account.tax", "account.tax.group", "product.pricelist"),
    *("product.pricelist.item", "stock.warehouse", "stock.location", "stock.move"),
    *("stock.quant", "ir.model.access", "ir.ui.view", "ir.ui.menu", "ir.actions.act_window"),
    "ir.actions.server",
    *("delivery.carrier", "decimal.precision", "crm.team", "res.partner.category"),
    *("res.currency.rate", "account.account", "account.journal", "account.payment.term"),
    *("account.fiscal.position", "account.payment.method", "account.payment.method.line"),
    *("sale.order", "sale.order.line", "sale.order.cancel", "sale.advance.payment.inv"),
    *("choose.delivery.carrier", "stock.picking.type", "stock.picking", "stock.move.line"),
    *("stock.quant.package", "stock.package"),
    *("stock.backorder.confirmation", "stock.backorder.confirmation.line"),
    *("stock.immediate.transfer", "stock.immediate.transfer.line"),
    *("account.move", "account.move.line", "account.move.reversal"),
    *("account.payment", "account.payment.register"),
)
INHERITS = {
    "product.product": {"product.template": "product_tmpl_id"},
    "res.users": {"res.partner": "partner_id"},
    "account.payment": {"account.move": "move_id"},  # in Odoo 14
}
# fields of mail, of other applications and of the user interface
DROP = (
    *("message_", "activity_", "website_", "my_activity", "has_message", "rating_", "peppol"),
    *("ubl_", "signup", "oauth", "totp", "pos_", "voice_", "rule_ids", "view_ids", "access_ids"),
    *("groups_", "accesses_", "groups_count", "auth_", "api_key", "passkey", "odoobot", "karma"),
    *(
        "phone_blacklisted",
        "phone_sanitized",
        "phone_mobile",
        "is_seo",
        "image_medium",
        "avatar_",
        "im_",
        "out_of_office",
    ),
    *("property_", "notification", "sidebar", "new_password", "device", "tour_"),
)
KEEP = frozenset(
    {
        *("property_cost_method", "property_valuation", "groups_id", "property_account"),
        *("property_product_pricelist", "property_payment_term_id"),
    }
)
# stored, computed on the server, and computed by the sandbox as well
COMPUTED = frozenset(
    {
        *("complete_name", "combination_indices", "product_tmpl_id", "attribute_id"),
        *("warehouse_id", "checksum", "mimetype", "file_size", "default_code", "volume", "weight"),
        *("is_storable", "invoice_policy", "price_include", "factor", "decimal_places", "state"),
        *("purchase_ok", "service_tracking", "inventory_diff_quantity", "inventory_quantity"),
        *("inventory_quantity_set", "company_id", "write_date", "quantity", "user_id"),
        *("expense_policy", "service_type", "country_id", "tax_group_id", "applied_on", "barcode"),
        *("lang", "tz", "name", "currency_id", "tracking", "lot_valuated", "fixed_price"),
        *("journal_id", "move_id", "partner_id", "sale_id", "picking_type_id", "date"),
    }
)
# many2many fields that show the pairs of the other side
MIRRORS = {
    ("product.attribute.value", "pav_attribute_line_ids"): "value_ids",
    ("product.template.attribute.value", "ptav_product_variant_ids"): (
        "product_template_attribute_value_ids"
    ),
    ("product.tag", "product_template_ids"): "product_tag_ids",
    ("product.tag", "product_product_ids"): "additional_product_tag_ids",
    ("res.groups", "user_ids"): "group_ids",
    ("res.groups", "users"): "groups_id",
    ("sale.order.line", "invoice_lines"): "sale_line_ids",
    ("res.partner.category", "partner_ids"): "category_id",
}
RESTRICTED = {  # many2many fields whose targets cannot be deleted
    ("product.product", "product_template_attribute_value_ids"),
    ("product.template.attribute.line", "value_ids"),
}
SKIPPED = {  # a second view of pairs that are kept already, or a list with a filter of its own
    ("product.product", "product_template_variant_value_ids"),
    ("product.template", "valid_product_template_attribute_line_ids_"),
    ("product.product", "pricelist_rule_ids"),
    ("product.template", "pricelist_rule_ids"),
    ("res.partner", "child_ids_"),
    ("res.company", "external_report_layout_id"),  # of the user interface
    ("res.country", "address_view_id"),
    ("res.groups", "view_access"),
    ("res.groups", "model_access"),
    ("res.groups", "menu_access"),
}
NEEDS_CONTEXT = frozenset({"account.payment.register", "account.move.reversal"})  # else they fail
RECORDS: dict[str, tuple[str, ...]] = {
    "uom.category": ("name",),
    "uom.uom": (
        *("name", "active", "sequence", "rounding", "factor", "uom_type", "category_id"),
        *("relative_factor", "relative_uom_id"),
    ),
    "product.category": ("name", "parent_id"),
    "stock.location": ("name", "usage", "location_id", "company_id", "active", "barcode"),
    "stock.warehouse": (
        *("name", "code", "company_id", "view_location_id", "lot_stock_id", "partner_id"),
    ),
    "account.tax.group": ("name", "sequence", "company_id"),
    "account.tax": (
        *("name", "amount", "amount_type", "type_tax_use", "tax_group_id", "company_id"),
        *("sequence", "active", "country_id"),
    ),
    "product.pricelist": ("name", "currency_id", "sequence"),
    "product.product": (
        *("name", "default_code", "type", "list_price", "categ_id", "sale_ok", "purchase_ok"),
        *("taxes_id", "supplier_taxes_id"),
    ),
    "delivery.carrier": ("name", "product_id", "delivery_type", "fixed_price"),
    "decimal.precision": ("name", "digits"),
    "crm.team": ("name", "active", "company_id", "sequence"),
    "account.account": ("name", "code", "account_type", "internal_type", "reconcile"),
    "account.journal": (
        *("name", "code", "type", "sequence", "company_id", "default_account_id", "active"),
    ),
    "account.payment.method": ("name", "code", "payment_type"),
    "account.payment.method.line": ("name", "journal_id", "payment_method_id"),
    "account.payment.term": ("name", "active", "sequence"),
    "stock.picking.type": (
        *("name", "code", "sequence_code", "warehouse_id", "active", "sequence", "company_id"),
        *("default_location_src_id", "default_location_dest_id"),
    ),
}


class Recorder:
    """Reads one server."""

    def __init__(self, odoo: OdooDatabase) -> None:
        self.odoo = odoo
        self.models: dict[str, int] = {}
        for row in odoo.rpc("ir.model", "search_read", [("model", "in", MODELS)], ["model"]):
            self.models[row["model"]] = row["id"]
        self.names = self._external_ids()

    def schema(self) -> dict[str, Any]:
        """Return models, rights and groups."""
        models = {name: self._model(name) for name in MODELS if name in self.models}
        while _prune(models):
            continue
        used = {group for model in models.values() for group in model["access"]} - {"*"}
        return {"version": self.odoo.version, "groups": self._groups(used), "models": models}

    def records(self) -> list[list[Any]]:
        """Return the records of a fresh database as ``[model, external id, values]``."""
        found: list[list[Any]] = []
        for model, fields in RECORDS.items():
            if model not in self.models:
                continue
            known = self.odoo.rpc(model, "fields_get", [], ["type", "relation"])
            wanted = [name for name in fields if name in known]
            order = "parent_path, id" if "parent_path" in known else "id"
            rows = self.odoo.rpc(
                model, "search_read", [], wanted, order=order, context={"active_test": False}
            )
            for row in sorted(rows, key=lambda r: not _is_root(r)) if "uom" in model else rows:
                name = f"sandbox.{model.replace('.', '_')}_{row['id']}"
                name = self.names.setdefault((model, row["id"]), name)
                found.append([model, name, self._values(row, wanted, known)])
        return found

    def places(self) -> dict[str, Any]:
        """Return currencies, countries, states and languages."""
        everything = {"context": {"active_test": False}}

        def rows(model: str, *fields: str) -> list[dict[str, Any]]:
            read = self.odoo.rpc(model, "search_read", [], fields, order="id", **everything)
            return [{key: row[key] for key in fields} for row in read]

        countries = rows("res.country", "name", "code", "currency_id", "phone_code")
        for country in countries:
            country["currency_id"] = country["currency_id"] and country["currency_id"][1]
        ids = {
            row["id"]: row["code"]
            for row in self.odoo.rpc("res.country", "search_read", [], ["code"])
        }
        states = self.odoo.rpc(
            "res.country.state", "search_read", [], ["name", "code", "country_id"], order="id"
        )
        return {
            "currencies": rows(
                "res.currency", "name", "symbol", "position", "rounding", "decimal_places"
            ),
            "countries": countries,
            "states": [[ids[s["country_id"][0]], s["code"], s["name"]] for s in states],
            "languages": rows(
                "res.lang",
                *("code", "name", "iso_code", "url_code", "direction", "date_format"),
                *("decimal_point", "thousands_sep"),
            ),
        }

    def _model(self, name: str) -> dict[str, Any]:
        described = self.odoo.rpc("ir.model", "read", [self.models[name]], ["name", "order"])[0]
        model = {
            "label": described["name"],
            "order": described["order"],
            "access": self._access(name),
        }
        if name in INHERITS and (name != "account.payment" or self.odoo.version == "14"):
            model["inherits"] = INHERITS[name]
        fields = self.odoo.rpc(name, "fields_get", [], list(_ATTRIBUTES))
        details = {
            row["name"]: row
            for row in self.odoo.rpc(
                "ir.model.fields",
                "search_read",
                [("model", "=", name)],
                ["name", "relation_field", "on_delete"],
            )
        }
        if "message_ids" in fields:
            model["mail"] = True
        if uniques := self._uniques(name):
            model["uniques"] = uniques
        columns = self._columns(name)
        defaults = {}
        if name not in NEEDS_CONTEXT:
            defaults = self.odoo.rpc(name, "default_get", list(fields))
        model["fields"] = {
            field: _field(fields[field], details[field], defaults.get(field), (name, field))
            for field in sorted(fields, key=lambda one: (columns.get(one, 9999), one))
            if field in details and self._served(name, field, fields[field])
        }
        for field, made in model["fields"].items():
            if hasattr(BEHAVIOUR.get(name, Model), f"compute_{field}"):
                made.pop("related", None)
        return model

    def _uniques(self, model: str) -> list[list[Any]]:
        """Return name, columns and words of each uniqueness over plain columns."""
        wanted = ["name", "definition"] + (["message"] if self.odoo.version != "14" else [])
        rows = self.odoo.rpc(
            "ir.model.constraint", "search_read", [("model", "=", self.models[model])], wanted
        )
        found = []
        for row in rows:
            match = re.fullmatch(r"unique\s*\(([\w\s,]+)\)", row["definition"] or "", re.IGNORECASE)
            if match:
                columns = [column.strip() for column in match[1].split(",")]
                found.append([row["name"], columns, row.get("message") or ""])
        if model == "ir.model.data":
            found = [["ir_model_data_module_name_uniq_index", ["module", "name"], ""]]
        return sorted(found)

    def _columns(self, model: str) -> dict[str, int]:
        """Return the place of each column, in which the database checks them."""
        printed = self.odoo.server.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = "
            f"'{model.replace('.', '_')}' ORDER BY ordinal_position",
            self.odoo.database,
        )
        return {line.strip(): place for place, line in enumerate(printed.splitlines())}

    def _served(self, model: str, name: str, about: dict[str, Any]) -> bool:
        if model in ONLY:
            return name in ONLY[model]
        if (model, name) in SKIPPED or about["type"] in {
            "properties",
            "properties_definition",
            "json",
        }:
            return False
        if name.startswith(DROP) and name not in KEEP:
            return False
        if about.get("relation") and about["relation"] not in self.models:
            return False
        behaviour = BEHAVIOUR.get(model, Model)
        if hasattr(behaviour, f"compute_{name}") or (model, name) in MIRRORS:
            return True
        if name in behaviour.settled:
            return True
        related = _related(about)
        if not about.get("store", True):
            if about.get("company_dependent") or (
                about["type"] == "one2many" and not about["readonly"]
            ):
                return True
            return bool(related) and len(related) == 2
        return not (about.get("depends") and about["readonly"] and name not in COMPUTED)

    def _access(self, model: str) -> dict[str, str]:
        rows = self.odoo.rpc(
            "ir.model.access",
            "search_read",
            [("model_id", "=", self.models[model]), ("active", "=", True)],
            ["group_id", "perm_read", "perm_write", "perm_create", "perm_unlink"],
        )
        letters = {"perm_read": "r", "perm_write": "w", "perm_create": "c", "perm_unlink": "u"}
        rights: dict[str, str] = {}
        for row in rows:
            group = self.names[("res.groups", row["group_id"][0])] if row["group_id"] else "*"
            mine = rights.get(group, "") + "".join(v for k, v in letters.items() if row[k])
            rights[group] = "".join(letter for letter in "rwcu" if letter in mine)
        return {group: rights[group] for group in sorted(rights)}

    def _groups(self, used: Iterable[str]) -> dict[str, Any]:
        rows = self.odoo.rpc("res.groups", "search_read", [], ["name", "full_name", "implied_ids"])
        named = {
            self.names[("res.groups", r["id"])]: r
            for r in rows
            if ("res.groups", r["id"]) in self.names
        }
        todo, found = list(used), {}
        while todo:
            name = todo.pop()
            if name in found:
                continue
            row = named[name]
            implied = sorted(self.names[("res.groups", one)] for one in row["implied_ids"])
            found[name] = {"name": row["name"], "full_name": row["full_name"], "implied": implied}
            todo += implied
        return {name: found[name] for name in sorted(found)}

    def _values(
        self, row: dict[str, Any], wanted: list[str], known: dict[str, Any]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name in wanted:
            value, about = row[name], known[name]
            if about["type"] == "many2one":
                if not value:
                    continue
                target = self.names.get((about["relation"], value[0]))
                if target:
                    values[name] = {"ref": target}
            elif about["type"] == "many2many":
                targets = [self.names.get((about["relation"], one)) for one in value]
                values[name] = {"refs": [target for target in targets if target]}
            elif value is not False or about["type"] == "boolean":
                values[name] = value
        return values

    def _external_ids(self) -> dict[tuple[str, int], str]:
        rows = self.odoo.rpc(
            "ir.model.data",
            "search_read",
            [("model", "in", [*MODELS, "res.groups"])],
            ["module", "name", "model", "res_id"],
            order="id desc",
        )
        return {(r["model"], r["res_id"]): f"{r['module']}.{r['name']}" for r in rows}


_ATTRIBUTES = (
    *("type", "string", "relation", "required", "readonly", "store", "translate", "selection"),
    *("related", "size", "digits", "depends", "company_dependent", "searchable"),
)


def _field(
    about: dict[str, Any], detail: dict[str, Any], default: Any, key: tuple[str, str]
) -> dict[str, Any]:
    made: dict[str, Any] = {"type": about["type"], "string": about["string"]}
    if about.get("relation"):
        made["relation"] = about["relation"]
    for name in ("required", "readonly", "translate", "company_dependent"):
        if about.get(name):
            made[name] = True
    if not about.get("store", True):
        made["store"] = False
    related = _related(about)
    if related and not about.get("store", True):
        made["related"] = ".".join(related)
    if not about.get("store", True) and about.get("searchable"):
        made["searchable"] = True
    if about.get("selection"):
        made["selection"] = about["selection"]
    if about.get("size"):
        made["size"] = about["size"]
    if about.get("digits"):
        made["digits"] = about["digits"][1]
    if detail["relation_field"] and about["type"] == "one2many":
        made["inverse"] = detail["relation_field"]
    if key in MIRRORS:
        made["mirror"] = MIRRORS[key]
    if about["type"] == "many2one" and about.get("store", True):
        made["ondelete"] = detail["on_delete"] or "set null"
    if key in RESTRICTED:
        made["ondelete"] = "restrict"
    plain = isinstance(default, (str, int, float)) and about["type"] not in {
        *("many2one", "date", "datetime"),
        "binary",  # pictures of the application are not ours to keep
    }
    if plain and default is not False:
        made["default"] = default
    return made


def _prune(models: dict[str, Any]) -> bool:
    """Drop fields that follow others which are not served; tell whether there were any."""
    dropped = False
    for model in models.values():
        for name, field in list(model["fields"].items()):
            current: dict[str, Any] | None = model
            for step in field.get("related", "").split(".") if field.get("related") else ():
                if current is None or step not in current["fields"]:
                    del model["fields"][name]
                    dropped = True
                    break
                current = models.get(current["fields"][step].get("relation", ""))
    return dropped


def _related(about: dict[str, Any]) -> list[str]:
    related = about.get("related") or []
    return related.split(".") if isinstance(related, str) else list(related)


def _is_root(row: dict[str, Any]) -> bool:
    return not row.get("relative_uom_id")

"""Taxes, price lists, carriers, tags, partners, attachments; what a fresh database holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import PIXEL, Talk

PT = "product.template"


def prices_and_taxes(t: Talk) -> Iterator[Any]:
    tax = t("account.tax", "create", {"name": t.name(), "amount": 7.5})
    yield t.read("account.tax", tax, "amount", "amount_type", "type_tax_use", "sequence", "active")
    field = "price_include_override" if t.new else "price_include"
    value = "tax_included" if t.new else True
    yield (
        t("account.tax", "write", [tax], {field: value}),
        t.read("account.tax", tax, "price_include"),
    )
    pricelist = t("product.pricelist", "create", {"name": t.name()})
    yield t.read("product.pricelist", pricelist, "name", "active", "sequence", "display_name")
    product = t(PT, "create", {"name": t.name(), "list_price": 10})
    item = {"pricelist_id": pricelist, "product_tmpl_id": product, "applied_on": "1_product"}
    made = t("product.pricelist.item", "create", {**item, "fixed_price": 5.555})
    yield t.read("product.pricelist.item", made, "base", "compute_price", "fixed_price")
    [variant] = t.variants(product)
    carrier = t("delivery.carrier", "create", {"name": t.name(), "product_id": variant})
    yield t.read("delivery.carrier", carrier, "delivery_type", "fixed_price", "active", "free_over")
    yield t("delivery.carrier", "create", {"name": t.name()})


def kinds_of_products(t: Talk) -> Iterator[Any]:
    fields = ("type", "invoice_policy", "tracking", *(("is_storable",) if t.new else ()))
    service = t(PT, "create", {"name": t.name(), "type": "service"})
    yield t.read(PT, service, *fields)
    stored = t.product("stored", tracking="lot")
    yield t.read(PT, stored, *fields)
    kilogram = t.ref("uom.product_uom_kgm")
    yield t(PT, "write", [service], {"responsible_id": False, "sale_ok": False})
    by_weight = t(PT, "create", {"name": t.name(), "uom_id": kilogram})
    yield t.read(PT, by_weight, "uom_name") if isinstance(by_weight, int) else by_weight
    [variant] = t.variants(service)
    yield t("product.product", "write", [variant], {"name": t.name("z"), "list_price": 7})
    yield t.read(PT, service, "name", "list_price")
    attribute, _values = t.attribute("A", "x")
    line = {"product_tmpl_id": service, "attribute_id": attribute}
    yield "no values", t("product.template.attribute.line", "create", line)


def tags(t: Talk) -> Iterator[Any]:
    tag = t("product.tag", "create", {"name": t.name()})
    product = t(PT, "create", {"name": t.name()})
    yield t(PT, "write", [product], {"product_tag_ids": [[4, tag]]})
    yield t.read("product.tag", tag, "product_template_ids")["product_template_ids"] == [product]
    yield t("product.tag", "write", [tag], {"product_template_ids": [[5]]})
    yield t.read(PT, product, "product_tag_ids")


def partners(t: Talk) -> Iterator[Any]:
    company = t("res.partner", "create", {"name": t.name(), "is_company": True})
    person = t("res.partner", "create", {"name": t.name("p"), "parent_id": company})
    place = {"parent_id": company, "type": "delivery", "street": "x"}
    address = t("res.partner", "create", place)
    for record in (company, person, address):
        yield t.read("res.partner", record, "display_name", "type", "lang", "active")
    yield t("res.partner", "create", {"email": "x@y.z"})
    yield t("res.partner", "unlink", [company])


def attachments(t: Talk) -> Iterator[Any]:
    fields = ("mimetype", "file_size", "checksum", "type", "datas", "res_model", "name")
    for values in (
        {"name": "a.txt", "datas": "aGVsbG8="},
        {"name": "a.png", "datas": PIXEL, "res_model": PT},
        {"name": "none"},
    ):
        yield t.read("ir.attachment", t("ir.attachment", "create", values), *fields)


def fresh_database(t: Talk) -> Iterator[Any]:
    yield t.rows("uom.uom", [["name", "in", ["Units", "kg"]]], "name", "active", order="name")
    made = [["create_uid", "=", 1]]
    yield t.rows("product.category", made, "complete_name", order="complete_name")
    codes = [["code", "in", ["en_US", "pt_BR"]]]
    yield t.rows("res.lang", codes, "code", "name", "iso_code", order="code", active_test=False)
    names = [["name", "in", ["USD", "JPY", "KWD"]]]
    fields = ("name", "rounding", "decimal_places", "symbol", "position")
    yield t.rows("res.currency", names, *fields, order="name", active_test=False)
    countries = [["code", "in", ["DE", "US", "GB"]]]
    yield t.rows("res.country", countries, "code", "name", "phone_code", order="code")
    yield t("res.country.state", "search_count", [["country_id.code", "=", "US"]])
    yield t(
        "ir.module.module", "search_count", [["name", "=", "sale"], ["state", "=", "installed"]]
    )
    yield t("ir.model", "search_count", [["model", "in", [PT, "stock.quant"]]])
    price = [["model", "=", PT], ["name", "=", "list_price"]]
    yield t.rows("ir.model.fields", price, "name", "ttype", "field_description", "required")
    yield t("ir.config_parameter", "get_param", t.name())
    yield t("ir.config_parameter", "set_param", t.name(), "5")
    yield t("ir.config_parameter", "get_param", t.name())


SCENARIOS = (prices_and_taxes, kinds_of_products, partners, attachments, fresh_database)
ONLY_19 = (tags,)

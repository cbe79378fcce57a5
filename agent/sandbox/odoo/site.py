"""Making a site: schema, tables with their indexes, seed records."""

from __future__ import annotations

from .database import Clock, utc_now
from .env import Site
from .manual import watch
from .model import Model
from .models import BEHAVIOUR
from .schema import ModelSchema, load_schema
from .seed import Seeder

INDEXED: dict[str, tuple[str, ...]] = {
    "account.payment": ("move_id",),
    "ir.config_parameter": ("key",),
    "ir.model.access": ("model_id",),
    "ir.model.data": ("name", "res_id"),
    "ir.model.fields": ("model", "model_id"),
    "product.product": ("barcode", "default_code"),
    "product.template": ("default_code",),
    "product.template.attribute.value": ("product_tmpl_id",),
    "res.users": ("login",),
    "stock.quant": ("product_id",),
}


def build_site(version: str, clock: Clock = utc_now) -> Site:
    """Return a fresh database of Odoo ``version``."""
    schema, groups = load_schema(version)
    classes = {name: BEHAVIOUR.get(name, Model) for name in schema}
    site = Site(version, schema, groups, classes, clock)
    indexes = {name: dict.fromkeys(INDEXED.get(name, ())) for name in schema}
    for model in schema.values():
        for field in model.fields.values():
            if field.inverse and not field.related:
                indexes[field.relation][field.inverse] = None
            if field.mirror:
                indexes[field.relation][field.mirror] = None
            if field.name in {"parent_id", "location_id"} and field.is_column:
                indexes[model.name][field.name] = None
        for unique in model.uniques:
            if not any(column in indexes[model.name] for column in unique.columns):
                indexes[model.name][unique.columns[0]] = None
    for name, columns in indexes.items():
        site.database.add_table(name, columns)
    Seeder(site).run()
    watch(site)
    return site


__all__ = ["ModelSchema", "build_site"]

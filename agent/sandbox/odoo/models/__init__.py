"""Behaviour of single models, by the name of the model."""

from __future__ import annotations

from agent.sandbox.odoo.model import Model

from .attributes import Attribute, AttributeLine, AttributeValue, TemplateAttributeValue
from .base import Language, Partner, User
from .catalogue import Carrier, Category, Pricelist, Tax
from .products import ProductVariant
from .stock import Location, Move, Quant
from .technical import Attachment, ModelData, Parameter
from .templates import ProductTemplate

BEHAVIOUR: dict[str, type[Model]] = {
    "ir.attachment": Attachment,
    "ir.config_parameter": Parameter,
    "ir.model.data": ModelData,
    "account.tax": Tax,
    "delivery.carrier": Carrier,
    "product.attribute": Attribute,
    "product.attribute.value": AttributeValue,
    "product.category": Category,
    "product.pricelist": Pricelist,
    "product.product": ProductVariant,
    "product.template": ProductTemplate,
    "product.template.attribute.line": AttributeLine,
    "product.template.attribute.value": TemplateAttributeValue,
    "res.lang": Language,
    "res.partner": Partner,
    "res.users": User,
    "stock.location": Location,
    "stock.move": Move,
    "stock.quant": Quant,
}

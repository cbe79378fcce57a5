"""Behaviour of single models, by the name of the model."""

from __future__ import annotations

from agent.sandbox.odoo.model import Model

from .accounting import Account, Journal
from .attributes import Attribute, AttributeLine, AttributeValue, TemplateAttributeValue
from .base import Language, User
from .billing import AdvancePayment, Reversal
from .catalogue import Carrier, Category, Tax
from .customizing import IrField, IrModel, Menu, ModelAccess, ServerAction, View, Window
from .invoice_lines import InvoiceLine
from .invoices import Invoice
from .money import Currency, CurrencyRate
from .partners import Partner, PartnerCategory
from .payments import Payment, RegisterPayment
from .pickings import Backorder, ImmediateTransfer, Picking
from .prices import Pricelist, PricelistItem
from .products import ProductVariant
from .sale_lines import SaleLine
from .sale_orders import CancelOrder, SaleOrder
from .shipping import ChooseCarrier
from .stock import Location, Quant
from .stock_lines import MoveLine
from .stock_moves import Move
from .technical import Attachment, ModelData, Parameter
from .templates import ProductTemplate
from .warehouses import Warehouse

BEHAVIOUR: dict[str, type[Model]] = {
    "account.account": Account,
    "account.journal": Journal,
    "account.move": Invoice,
    "account.move.line": InvoiceLine,
    "account.move.reversal": Reversal,
    "account.payment": Payment,
    "account.payment.register": RegisterPayment,
    "account.tax": Tax,
    "choose.delivery.carrier": ChooseCarrier,
    "delivery.carrier": Carrier,
    "ir.actions.act_window": Window,
    "ir.actions.server": ServerAction,
    "ir.attachment": Attachment,
    "ir.config_parameter": Parameter,
    "ir.model": IrModel,
    "ir.model.access": ModelAccess,
    "ir.model.data": ModelData,
    "ir.model.fields": IrField,
    "ir.ui.menu": Menu,
    "ir.ui.view": View,
    "product.attribute": Attribute,
    "product.attribute.value": AttributeValue,
    "product.category": Category,
    "product.pricelist": Pricelist,
    "product.pricelist.item": PricelistItem,
    "product.product": ProductVariant,
    "product.template": ProductTemplate,
    "product.template.attribute.line": AttributeLine,
    "product.template.attribute.value": TemplateAttributeValue,
    "res.currency": Currency,
    "res.currency.rate": CurrencyRate,
    "res.lang": Language,
    "res.partner": Partner,
    "res.partner.category": PartnerCategory,
    "res.users": User,
    "sale.advance.payment.inv": AdvancePayment,
    "sale.order": SaleOrder,
    "sale.order.cancel": CancelOrder,
    "sale.order.line": SaleLine,
    "stock.backorder.confirmation": Backorder,
    "stock.immediate.transfer": ImmediateTransfer,
    "stock.location": Location,
    "stock.move": Move,
    "stock.move.line": MoveLine,
    "stock.picking": Picking,
    "stock.quant": Quant,
    "stock.warehouse": Warehouse,
}

"""The kinds of ERP a connection can be, what their forms ask for, and how they are opened.

The one place that knows adapters by name; services ask here, flows only know the port. An adapter
is loaded when a connection of its kind is opened: most commands open none, no shop needs all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.erp.forms import ChoicesErp, FormField
from agent.erp.odoo.settings import FIELDS as ODOO_FIELDS
from agent.erp.odoo.settings import parse_settings as parse_odoo
from agent.erp.port import Erp
from agent.erp.sap_b1.fields import FIELDS as SAP_B1_FIELDS
from agent.erp.sap_b1.settings import parse_settings as parse_sap_b1
from agent.erp.source import SourceErp
from agent.errors import ConfigError
from agent.model.entity import Entity


@dataclass(frozen=True, slots=True)
class ErpKind:
    """One kind of ERP: its name in URLs and on the command line, its form, its secret."""

    kind: str
    label: str
    fields: tuple[FormField, ...]
    secret: FormField
    check: Callable[[Mapping[str, object]], object]
    """Raises ConfigError for settings that cannot be used; answers nothing of use otherwise."""
    open: Callable[[Mapping[str, object], str, str, str], Erp]
    """Makes the adapter from settings, secret, instance and the shop's currency."""
    to_store: tuple[Entity, ...] = ()
    """What can be carried from it into a shop."""

    def to_plain(self) -> dict[str, Any]:
        """Return the kind and its form as JSON-ready values, the secret's input last."""
        return {
            "kind": self.kind,
            "label": self.label,
            "fields": [f.to_plain() for f in (*self.fields, self.secret)],
        }


def _open_odoo(values: Mapping[str, object], secret: str, instance: str, shop_currency: str) -> Erp:
    from agent.erp.odoo.adapter import OdooErp  # noqa: PLC0415 - see the module
    from agent.erp.odoo.choosing import open_transport  # noqa: PLC0415

    settings = parse_odoo(values)
    transport = open_transport(settings, secret)
    return OdooErp(transport, settings, instance=instance, shop_currency=shop_currency)


def _open_sap_b1(folder: Path | None) -> Callable[[Mapping[str, object], str, str, str], Erp]:
    """Return what opens a connection whose session is shared by ``folder``."""

    def opened(values: Mapping[str, object], secret: str, instance: str, shop_currency: str) -> Erp:
        from agent.erp.sap_b1.adapter import SapB1Erp  # noqa: PLC0415
        from agent.erp.sap_b1.client import Client  # noqa: PLC0415

        settings = parse_sap_b1(values)
        client = Client(settings, secret, folder)
        return SapB1Erp(client, settings, instance=instance, shop_currency=shop_currency)

    return opened


_TO_STORE = (
    Entity.ATTRIBUTES,
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
    Entity.STOCK,
    Entity.PRICES,
)
KINDS: Mapping[str, ErpKind] = {
    "odoo": ErpKind(
        kind="odoo",
        label="Odoo",
        fields=ODOO_FIELDS,
        secret=FormField(
            "secret",
            "Password or API key",
            "password",
            required=True,
            help="Better an API key: Odoo, Preferences, Account Security, New API Key. It is "
            "stored encrypted and never shown again.",
        ),
        check=parse_odoo,
        open=_open_odoo,
        to_store=_TO_STORE,
    ),
    "sap_b1": ErpKind(
        kind="sap_b1",
        label="SAP Business One",
        fields=SAP_B1_FIELDS,
        secret=FormField(
            "secret",
            "Password",
            "password",
            required=True,
            help="Password of the SAP user. It is stored encrypted and never shown again.",
        ),
        check=parse_sap_b1,
        open=_open_sap_b1(None),
        to_store=_TO_STORE,
    ),
}


def kinds_at(folder: Path) -> Mapping[str, ErpKind]:
    """Return the kinds, with what processes of a machine share kept in ``folder``.

    Without it that is kept in a folder of the user's own for temporary files.
    """
    shared = replace(KINDS["sap_b1"], open=_open_sap_b1(folder))
    return {**KINDS, "sap_b1": shared}


def kind_of(kind: str) -> ErpKind:
    """Return the kind of that name.

    Raises:
        ConfigError: there is none.
    """
    if kind not in KINDS:
        raise ConfigError(
            f"The bridge does not know the ERP kind {kind!r}",
            fix=f"Use one of: {', '.join(sorted(KINDS))}.",
        )
    return KINDS[kind]


def check_settings(kind: str, settings: Mapping[str, object]) -> None:
    """Check settings without calling anybody.

    Raises:
        ConfigError: unknown kind, or a setting is missing or cannot be used; names it.
    """
    kind_of(kind).check(settings)


def connect(
    kind: str,
    settings: Mapping[str, object],
    secret: str,
    *,
    instance: str,
    shop_currency: str = "",
) -> Erp:
    """Return an adapter for a connection; nothing is called before it is used.

    Args:
        kind: a key of :data:`KINDS`.
        settings: values of the form by field name.
        secret: password or API key.
        instance: the shop's own name in external ids, ``opencart_1a2b3c4d``.
        shop_currency: code of the shop's default currency, for the check; empty where not known.

    Raises:
        ConfigError: unknown kind, or a setting is missing or cannot be used; names it.
    """
    return kind_of(kind).open(settings, secret, instance, shop_currency)


def choices(erp: Erp, field: str) -> list[tuple[str, str]]:
    """Return (value, label) pairs of a setting that the ERP can list, e.g. its companies.

    Raises:
        TransientError, AuthError, ConfigError: the ERP cannot be asked.
    """
    if field == "price_list" and isinstance(erp, SourceErp):
        return [(found.ref, f"{found.name} ({found.currency})") for found in erp.price_lists()]
    return erp.choices(field) if isinstance(erp, ChoicesErp) else []

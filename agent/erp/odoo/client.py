"""Calls of Odoo's ORM with the context that every call of a connection carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from agent.erp.odoo.settings import OdooSettings
from agent.erp.odoo.transport import ResultUnknown, Transport

_T = TypeVar("_T")
Row = dict[str, Any]
Domain = Sequence[Any]

QUIET: Mapping[str, Any] = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "delay_translations": True,
    "opencart_bridge": True,
}
"""Context of every call: mass writes stay out of the chatter, which halves their time (measured);
automations made by the bridge see that a change is its own; and writing an HTML text in one
language leaves the other languages as they are (Odoo 17 and later, where it would otherwise replace
them)."""

READ_CHUNK = 2000
"""Ids per domain: beyond that the call's size grows faster than it saves round trips."""


class Odoo:
    """The ORM as the adapter uses it.

    ``language`` and ``company`` become part of every call once they are known to be valid; Odoo
    refuses any call in a language that is not active or a company that is not the user's.
    """

    def __init__(self, transport: Transport, settings: OdooSettings) -> None:
        self.transport = transport
        self.settings = settings
        self.language = ""
        self.company: int | None = None

    def context(self, *, lang: str = "", **more: Any) -> dict[str, Any]:
        """Return the context of a call, in ``lang`` or else in the connection's language."""
        context: dict[str, Any] = dict(QUIET)
        if lang or self.language:
            context["lang"] = lang or self.language
        if self.company is not None:
            context["allowed_company_ids"] = [self.company]
        context.update(more)
        return context

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None = None,
        *,
        context: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Any:
        """Call a method with named arguments; ``ids`` for methods that work on records.

        Raises: see :meth:`Transport.call`.
        """
        args = [] if ids is None else [list(ids)]
        named["context"] = self.context() if context is None else dict(context)
        return self.transport.call(model, method, args, named)

    def do(
        self,
        model: str,
        method: str,
        ids: Sequence[int],
        *,
        context: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Any:
        """Call a method for its effect; None where Odoo did it and could not say what came of it.

        Both versions commit before they find that XML-RPC has no word for their answer (None, or
        in Odoo 14 a record set): the effect is there, and the caller reads what it is.

        Raises: see :meth:`Transport.call`.
        """
        try:
            return self.call(model, method, ids, context=context, **named)
        except ResultUnknown:
            return None

    def find(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        limit: int | None = None,
        order: str = "id",
        active_test: bool = False,
        lang: str = "",
    ) -> list[Row]:
        """Return rows of records that fit ``domain``, archived ones too unless told otherwise.

        An empty ``order`` leaves the order to the model.
        """
        named: dict[str, Any] = {"domain": list(domain), "fields": list(fields)}
        if order:
            named["order"] = order
        if limit is not None:
            named["limit"] = limit
        context = self.context(lang=lang, active_test=active_test)
        rows: list[Row] = self.call(model, "search_read", context=context, **named)
        return rows

    def find_in(
        self,
        model: str,
        field: str,
        values: Sequence[Any],
        fields: Sequence[str],
        domain: Domain = (),
    ) -> list[Row]:
        """Return rows whose ``field`` is one of ``values``, however many there are."""
        rows: list[Row] = []
        for part in chunks(values, READ_CHUNK):
            rows += self.find(model, [(field, "in", list(part)), *domain], fields)
        return rows

    def read_in(
        self,
        model: str,
        field: str,
        values: Sequence[Any],
        fields: Sequence[str],
        domain: Domain = (),
    ) -> list[Row]:
        """As :meth:`find_in`, with bare ids for links (many2one).

        Odoo makes up the name of every record that is linked to, which costs more than the rows
        themselves (measured: three quarters of the time); only ``read`` can do without.
        """
        rows: list[Row] = []
        context = self.context(active_test=False)
        found = [int(row["id"]) for row in self.find_in(model, field, values, ["id"], domain)]
        for part in chunks(found, READ_CHUNK):
            rows += self.call(model, "read", part, fields=list(fields), load="", context=context)
        return rows

    def write(
        self, model: str, ids: Sequence[int], values: Mapping[str, Any], *, lang: str = ""
    ) -> None:
        """Write the same values to several records in one transaction."""
        args = [list(ids), dict(values)]
        self.transport.call(model, "write", args, {"context": self.context(lang=lang)})


def chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Yield ``items`` in pieces of ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def ref_id(value: Any) -> int | None:
    """Return the id of a many2one value: ``[id, name]``, the bare id, or False for none."""
    if isinstance(value, list | tuple):
        return int(value[0]) if value else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None

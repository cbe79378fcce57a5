"""What the modules of the adapter share: calls, settings and facts of one connection."""

from __future__ import annotations

from typing import TypeAlias

from agent.erp import draft
from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.facts import Facts
from agent.erp.sap_b1.settings import SapB1Settings


class Connection:
    """One connection at work.

    ``instance`` is the first part of its external ids, ``shop_currency`` the code of the shop's
    default currency, empty where it is not known.
    """

    def __init__(
        self, client: Client, settings: SapB1Settings, instance: str, shop_currency: str = ""
    ) -> None:
        self.client = client
        self.settings = settings
        self.instance = instance
        self.shop_currency = shop_currency
        self.facts = Facts(client)
        self.shop_languages: tuple[str, ...] = ()
        """Codes of the shop's languages, the default one first; empty where they were not told."""


Work: TypeAlias = draft.Work[Connection]
"""One upsert call."""

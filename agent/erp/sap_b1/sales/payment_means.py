"""What payment methods can be linked to: accounts (``transfer:161000``, ``cash:161010``) and cards.

Accounts are those that are marked as cash accounts in the chart, as B1 offers them for payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.erp.people import plain
from agent.erp.sap_b1.client import q
from agent.erp.sap_b1.connection import Connection

TRANSFER, CASH, CARD = "transfer", "cash", "card"
_ACCOUNT = ("Name", "CashAccount", "ActiveAccount", "FrozenFor")


@dataclass(frozen=True, slots=True)
class Means:
    """Something that money comes in by. ``name`` is its own in B1."""

    ref: str
    name: str
    label: str
    active: bool = True


def every(cx: Connection) -> list[Means]:
    """Return all accounts and credit cards that payments can be entered on."""
    accounts = cx.client.rows("ChartOfAccounts", f"CashAccount eq {q('tYES')}", _ACCOUNT)
    found: list[Means] = []
    for row in accounts:
        code, name = str(row["Code"]), str(row.get("Name") or "")
        active = row.get("ActiveAccount") != "tNO" and row.get("FrozenFor") != "tYES"
        found.append(Means(f"{TRANSFER}:{code}", name, f"{code} {name}: bank transfer", active))
        found.append(Means(f"{CASH}:{code}", name, f"{code} {name}: cash", active))
    for row in cx.client.rows("CreditCards", "", ("CreditCardName",)):
        code, name = str(row["CreditCardCode"]), str(row.get("CreditCardName") or "")
        found.append(Means(f"{CARD}:{code}", name, f"{name}: credit card"))
    return found


def exists(cx: Connection, refs: Sequence[str]) -> dict[str, bool]:
    """Return for each reference whose account or card is there whether it can be used."""
    found: dict[str, bool] = {}
    by_account: dict[str, list[str]] = {}
    for ref in refs:
        how, _, which = ref.partition(":")
        if how in (TRANSFER, CASH) and which:
            by_account.setdefault(which, []).append(ref)
        elif how == CARD and which.isascii() and which.isdigit() and _is_card(cx, int(which)):
            found[ref] = True
    for row in cx.client.find("ChartOfAccounts", "Code", list(by_account), _ACCOUNT):
        active = row.get("ActiveAccount") != "tNO" and row.get("FrozenFor") != "tYES"
        found.update(dict.fromkeys(by_account.get(str(row["Code"]), ()), active))
    return found


def named(known: Sequence[Means], name: str) -> list[Means]:
    """Return those of some means that have a name; of an account the bank transfer alone."""
    return [
        means
        for means in known
        if plain(means.name) == plain(name)
        and means.active
        and not means.ref.startswith(f"{CASH}:")
    ]


def _is_card(cx: Connection, code: int) -> bool:
    return cx.client.get("CreditCards", code, ("CreditCardName",)) is not None

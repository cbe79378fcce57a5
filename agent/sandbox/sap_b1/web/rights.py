"""What users may do. How the service says no to them is inferred: no public source shows it."""

from __future__ import annotations

from agent.sandbox.sap_b1.company import Company, Refusal

_SALES = frozenset(
    {
        "BusinessPartners", "Orders", "Quotations", "DownPayments", "Invoices", "DeliveryNotes",
        "Returns", "CreditNotes", "Drafts", "IncomingPayments", "PaymentDrafts",
    }
)  # fmt: skip
"""Sets that a user with the rights ``sales`` may write, beside rows of user tables."""


def demand(company: Company, user: str, written: str = "") -> None:
    """Make sure that a user may read, or write a set.

    Raises:
        Refusal: the user may not.
    """
    row = company.table("_Users").get(user) or {}
    match row.get("Rights"):
        case "none":
            raise _denied()
        case "sales" if written and written not in _SALES and not written.startswith("U_"):
            raise _denied()


def _denied() -> Refusal:
    return Refusal(-1, "You are not permitted to perform this action", 403)

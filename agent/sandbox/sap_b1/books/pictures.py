"""Files of ``ItemImages``. A company without a folder for pictures has none."""

from __future__ import annotations

from agent.sandbox.sap_b1.company import Company, Refusal

from .values import reference

FILES = "_Pictures"
NO_FOLDER = "Picture folder has not been defined, or Picture folder has been changed or removed"


def put(company: Company, item: str, name: str, data: bytes) -> None:
    """Store an item's picture.

    Raises:
        Refusal: there is no such item, or no folder for pictures.
    """
    _folder(company)
    row = reference(company, "Items", item, "OITM.ItemCode")
    company.table(FILES).put(item, {"Name": name, "Data": data})
    company.table("ItemImages").put(item, {"ItemCode": item, "Picture": name})
    version = row["DataVersion"] + 1
    company.table("Items").change(item, Picture=name, DataVersion=version)


def get(company: Company, item: str) -> tuple[str, bytes] | None:
    """Return name and content of an item's picture, None where it has none."""
    _folder(company)
    row = company.table(FILES).get(item)
    return (str(row["Name"]), bytes(row["Data"])) if row else None


def drop(company: Company, item: str) -> None:
    """Take an item's picture away."""
    _folder(company)
    if company.table(FILES).get(item) is not None:
        company.table(FILES).drop(item)
        company.table("ItemImages").drop(item)
        company.table("Items").change(item, Picture=None)


def _folder(company: Company) -> None:
    if not company.options.pictures:
        raise Refusal(-10, NO_FOLDER)

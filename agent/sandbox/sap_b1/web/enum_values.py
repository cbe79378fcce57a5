"""Values of enums in B1's database, which requests and filters may use instead of names.

Only those of enums that clients of this kind write or ask for are here; all members go by name.
"""

from __future__ import annotations

from typing import Final

_OBJECTS: Final = {
    "oBusinessPartners": "2", "oItems": "4", "oInvoices": "13", "oCreditNotes": "14",
    "oDeliveryNotes": "15", "oReturns": "16", "oOrders": "17", "oQuotations": "23",
    "oIncomingPayments": "24", "oInventoryGenEntry": "59", "oInventoryGenExit": "60",
    "oDrafts": "112", "oPaymentsDrafts": "140", "oDownPayments": "203",
}  # fmt: skip

VALUES: Final[dict[str, dict[str, str]]] = {
    "BoYesNoEnum": {"tYES": "Y", "tNO": "N"},
    "BoCardTypes": {"cCustomer": "C", "cSupplier": "S", "cLid": "L"},
    "BoCardCompanyTypes": {
        "cCompany": "C", "cPrivate": "I", "cGovernment": "G", "cEmployee": "E",
    },
    "BoAddressType": {"bo_ShipTo": "S", "bo_BillTo": "B"},
    "BoStatus": {"bost_Open": "O", "bost_Close": "C", "bost_Paid": "P", "bost_Delivered": "D"},
    "BoSoStatus": {"so_Open": "O", "so_Closed": "C"},
    "BoDocumentTypes": {"dDocument_Items": "I", "dDocument_Service": "S"},
    "CancelStatusEnum": {"csYes": "Y", "csNo": "N", "csCancellation": "C"},
    "BoObjectTypes": _OBJECTS,
    "BoRcptInvTypes": {"it_Invoice": "13", "it_CredItnote": "14", "it_DownPayment": "203"},
    "BoRcptTypes": {"rCustomer": "C", "rAccount": "A", "rSupplier": "S"},
    "BoVatCategoryEnum": {"bovcInputTax": "I", "bovcOutputTax": "O"},
    "BoVatStatus": {"vExempted": "N", "vLiable": "Y", "vEC": "E"},
    "BoUTBTableType": {
        "bott_Document": "3", "bott_DocumentLines": "4", "bott_MasterData": "1",
        "bott_MasterDataLines": "2", "bott_NoObject": "0", "bott_NoObjectAutoIncrement": "5",
    },
    "BoFieldTypes": {
        "db_Alpha": "A", "db_Memo": "M", "db_Numeric": "N", "db_Date": "D", "db_Float": "B",
    },
    "ItemTypeEnum": {"itItems": "I", "itLabor": "L", "itTravel": "T", "itFixedAssets": "F"},
    "DownPaymentTypeEnum": {"dptRequest": "R", "dptInvoice": "I"},
}  # fmt: skip

_NAMES: Final = {
    enum: {value: name for name, value in members.items()} for enum, members in VALUES.items()
}


def member(enum: str, members: tuple[str, ...], value: str) -> str | None:
    """Return the member that a name or a value of the database means, None for neither."""
    if value in members:
        return value
    return _NAMES.get(enum, {}).get(value)

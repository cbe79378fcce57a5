"""How many characters fit a column.

The metadata of the Service Layer says nothing about it; these are the sizes of the database's
columns in version 10.0 as its users know them, the shorter one where they differ.
"""

from __future__ import annotations

from typing import Final

_ADDRESS: Final = {
    "Street": 100, "Block": 100, "City": 100, "ZipCode": 20, "County": 100, "State": 3,
    "Country": 3, "StreetNo": 100,
}  # fmt: skip

LENGTHS: Final[dict[str, dict[str, int]]] = {
    "Item": {"ItemCode": 50, "ItemName": 200, "ForeignName": 200, "BarCode": 254, "SWW": 16,
             "SalesUnit": 100, "PurchaseUnit": 100, "InventoryUOM": 100},
    "BusinessPartner": {
        "CardCode": 15, "CardName": 100, "CardForeignName": 100, "Phone1": 20, "Phone2": 20,
        "Cellular": 50, "Fax": 20, "EmailAddress": 100, "FederalTaxID": 32, "Website": 100,
        "FreeText": 0, "Address": 100, "ZipCode": 20, "City": 100,
    },
    "BPAddress": {
        **_ADDRESS, "AddressName": 50, "AddressName2": 50, "AddressName3": 50, "BPCode": 15,
        "FederalTaxID": 32,
    },
    "ContactEmployee": {
        "Name": 50, "FirstName": 50, "LastName": 50, "MiddleName": 50, "Phone1": 20,
        "Phone2": 20, "MobilePhone": 50, "E_Mail": 100, "Position": 90, "Address": 100,
    },
    "Document": {
        "CardCode": 15, "CardName": 100, "NumAtCard": 100, "Comments": 254, "JournalMemo": 50,
        "ShipToCode": 50, "PayToCode": 50, "TrackingNumber": 30, "Reference1": 11,
        "Reference2": 11, "Address": 254, "Address2": 254, "DocCurrency": 3,
    },
    "DocumentLine": {
        "ItemCode": 50, "ItemDescription": 200, "WarehouseCode": 8, "VatGroup": 8, "TaxCode": 8,
        "FreeText": 100, "SupplierCatNum": 50,
    },
    "DocumentAdditionalExpense": {"Remarks": 254, "VatGroup": 8, "TaxCode": 8},
    "AddressExtension": {
        f"{side}{name}": size
        for side in ("ShipTo", "BillTo")
        for name, size in {
            "Street": 100, "StreetNo": 100, "Block": 100, "City": 100, "ZipCode": 20,
            "County": 100, "State": 3, "Country": 3, "Address2": 50, "Address3": 50,
        }.items()
    },
    "Payment": {
        "CardCode": 15, "Reference1": 8, "Reference2": 11, "CounterReference": 8,
        "TransferReference": 27, "Remarks": 254, "JournalRemarks": 50, "TransferAccount": 15,
        "CashAccount": 15,
    },
    "PaymentCreditCard": {"VoucherNum": 20, "OwnerIdNum": 15, "OwnerPhone": 20,
                          "CreditCardNumber": 64},
    "ItemGroups": {"GroupName": 100},
    "Manufacturer": {"ManufacturerName": 30},
    "ShippingType": {"Name": 40},
    "Warehouse": {"WarehouseCode": 8, "WarehouseName": 100},
    "PriceList": {"PriceListName": 32},
    "VatGroup": {"Code": 8, "Name": 50},
    "SalesTaxCode": {"Code": 8, "Name": 100},
    "UserFieldMD": {"Name": 50, "Description": 80},
    "UserTablesMD": {"TableName": 20, "TableDescription": 30},
    "SQLQuery": {"SqlCode": 50, "SqlName": 100},
    "BarCode": {"Barcode": 254},
}  # fmt: skip

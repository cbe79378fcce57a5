"""Sales in SAP Business One: customers, orders, and the documents that follow from them."""

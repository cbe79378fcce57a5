"""ERP side: the port every ERP offers, and its adapters."""

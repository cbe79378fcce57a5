"""Canonical records: what a product, category or order is, apart from any shop or ERP. No I/O."""

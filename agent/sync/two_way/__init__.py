"""Flows into the shop: an ERP's records compared with the shop's, and each side's edits carried."""

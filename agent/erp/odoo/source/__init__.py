"""Reads Odoo for a shop: the mirror of what the modules above it write."""

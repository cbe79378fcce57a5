"""Customers, orders and what happens with them, in Odoo."""

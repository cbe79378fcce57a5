"""The bridge's buttons, menu and lists inside Odoo: manual records, made by RPC alone."""

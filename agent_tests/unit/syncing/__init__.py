"""Jobs from the start to the end, with a sample shop and the sandbox Odoo."""

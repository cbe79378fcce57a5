"""Stand-ins for what the bridge connects: a sample shop, an ERP, a private database server."""

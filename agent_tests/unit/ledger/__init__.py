"""The ledger against a real MariaDB."""

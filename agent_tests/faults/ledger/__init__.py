"""The ledger when processes die."""

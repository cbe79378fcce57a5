"""The command line: ``erp-bridge``."""

from agent.cli.root import cli, main

__all__ = ["cli", "main"]

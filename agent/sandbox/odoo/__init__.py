"""A strict stand-in for an Odoo server, for the demo and for tests."""

from .chaos import Fault
from .server import OdooSandbox, run

__all__ = ["Fault", "OdooSandbox", "run"]

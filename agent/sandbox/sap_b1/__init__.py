"""A strict stand-in for the Service Layer of SAP Business One."""

from .options import Options
from .server import SapB1Sandbox
from .web.chaos import Fault

__all__ = ["Fault", "Options", "SapB1Sandbox"]

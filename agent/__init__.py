"""ERP Bridge agent: reads an OpenCart shop's MySQL and talks to its ERP."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("erp-bridge")
except PackageNotFoundError:  # running from a source tree without an install
    __version__ = "0+source"

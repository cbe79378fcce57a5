"""The web part: gunicorn with one process and several threads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from agent.app import create_app
from agent.config import Config
from agent.services.container import Services

_THREADS = 8
_LONGEST_ANSWER = 300  # seconds; asking an ERP may take long


class _QuietLogger(Logger):
    """Lets gunicorn's messages go through the agent's own logging, masked like all others."""

    def setup(self, cfg: Any) -> None:
        self.error_log = logging.getLogger("gunicorn.error")
        self.access_log = logging.getLogger("gunicorn.access")
        self.error_log.propagate = True
        self.access_log.propagate = True
        self.cfg = cfg


class _Web(BaseApplication):
    def __init__(self, config: Config, set_up_logging: Callable[[], None]) -> None:
        self._config = config
        self._set_up_logging = set_up_logging
        super().__init__()

    def load_config(self) -> None:
        config = self._config
        host = config.agent.bind
        bind = f"[{host}]" if ":" in host and not host.startswith("[") else host
        options = {
            "bind": f"{bind}:{config.agent.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": _LONGEST_ANSWER,
            "graceful_timeout": 20,
            "keepalive": 5,
            "proc_name": "erp-bridge-web",
            "logger_class": _QuietLogger,
            "control_socket_disable": True,
            "certfile": config.security.tls_cert and str(config.security.tls_cert),
            "keyfile": config.security.tls_key and str(config.security.tls_key),
        }
        for name, value in options.items():
            if value is not None and name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application inside the worker process: connections must not cross a fork."""
        self._set_up_logging()
        return create_app(Services(self._config))


def run_web(config: Config, set_up_logging: Callable[[], None]) -> None:
    """Serve the HTTP API until SIGTERM or SIGINT."""
    _Web(config, set_up_logging).run()

"""Waits for servers that were started in the background."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from agent.errors import ConfigError

_WAIT_SECONDS = 60.0


def wait_for(url: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Wait until ``url`` answers at all.

    Raises:
        ConfigError: nothing answers within a minute, or the process behind it ended.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback http
                return
        except urllib.error.HTTPError:
            return
        except OSError as error:
            ended = any(p.poll() is not None for p in processes)
            if ended or time.monotonic() > deadline:
                raise ConfigError(
                    f"{url} does not answer", fix="See the logs.", code="demo.failed"
                ) from error
        time.sleep(0.2)

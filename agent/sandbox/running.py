"""What every stand-in does as a server: starts, stops, ends when it is told to."""

from __future__ import annotations

import signal
import threading
from http.server import ThreadingHTTPServer
from typing import Self


class Running:
    """A server that runs in a thread of its own, or until it is told to end.

    Use it as a context manager or with ``start`` and ``stop``. Subclasses set ``_http`` and save
    what they keep.
    """

    _http: ThreadingHTTPServer
    _thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Return the TCP port."""
        return int(self._http.server_address[1])

    def start(self) -> Self:
        """Serve in a thread of its own."""
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self._close()

    def serve_forever(self) -> None:
        """Serve until interrupted or, in the main thread, told to end."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _leave)
        try:
            self._http.serve_forever()
        finally:
            self._close()

    def save(self) -> None:
        """Save what it has to its state file, if there is one."""

    def _close(self) -> None:
        self._http.server_close()
        self.save()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)

"""Run one server and end it when the process that started it is gone, however that ended.

``python guard.py USER FOLDER COMMAND…`` keeps the command as its child, run as user id USER, and
waits for its own standard input, a pipe held by the starter, to close: the system closes it even
when the starter is killed. FOLDER, the server's own, is removed then, unless the starter wrote a
byte first: it lives and will do so itself. A file that imports nothing of ours, so it starts fast.
"""

import ctypes
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys

GRACE_SECONDS = 20
_PR_SET_PDEATHSIG = 1


def main(user: int, folder: str, command: list[str]) -> int:
    """Run ``command`` until it ends, the starter is gone, or SIGTERM; give its exit code."""
    told_to_end: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told_to_end.append(number))
    child = _start(user, command)
    announced = False
    while child.poll() is None:
        readable, _, _ = select.select([0], [], [], 0.2)
        if readable and os.read(0, 1):
            announced = True
        elif readable or told_to_end:
            _end(child)
            if not announced:
                shutil.rmtree(folder, ignore_errors=True)
    return child.wait()


def _start(user: int, command: list[str]) -> "subprocess.Popen[bytes]":
    libc = ctypes.CDLL(None)
    identity: dict[str, object] = {}
    if user != os.geteuid():
        identity = {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": []}

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=prepare,
        **identity,
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))

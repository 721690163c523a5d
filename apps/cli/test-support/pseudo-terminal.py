"""Runs a command on a pseudo-terminal of its own: pseudo-terminal.py <columns> <rows> <command> …

Takes lines of JSON: {"type": "..."} is typed there, {"columns": n, "rows": n} makes it another size. Gives lines of JSON: {"shown":
"<base64>"} is what the command has written, the last one is {"ended": <exit code>, "kept": <the terminal is set as it was>}.
"""

import base64
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def tell(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def control():
    """The terminal is the one that Ctrl-C and changes of size of are told by."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


here, there = pty.openpty()
set_size(here, int(sys.argv[1]), int(sys.argv[2]))
before = termios.tcgetattr(there)
child = subprocess.Popen(
    sys.argv[3:], stdin=there, stdout=there, stderr=there, start_new_session=True, preexec_fn=control
)

asked = b""
ended = None
while True:
    watched = [here, 0] if ended is None else [here]
    ready, _, _ = select.select(watched, [], [], 0.05)
    if here in ready:
        tell({"shown": base64.b64encode(os.read(here, 65536)).decode()})
    elif ended is not None:
        break
    if 0 in ready:
        more = os.read(0, 65536)
        if not more:
            child.kill()
        asked += more
        *lines, asked = asked.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "type" in message:
                os.write(here, message["type"].encode())
            else:
                set_size(here, message["columns"], message["rows"])
    if ended is None:
        ended = child.poll()

tell({"ended": ended, "kept": termios.tcgetattr(there) == before})

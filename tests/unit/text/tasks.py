"""What the workers do in the tests; the content of a file says how it ends."""

import os
import signal
import time

from harvester.text import Conventions, Text


def obey(data: bytes, media_type: str, conventions: Conventions) -> Text:
    """Hang, die or run out of memory as the content asks, else give the content back."""
    if data == b"hang":
        time.sleep(600)
    elif data == b"die":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif data == b"exit":
        os._exit(3)
    elif data == b"hoard":
        return Text("ok", str(len(bytearray(1 << 40))))
    elif data == b"doze":
        time.sleep(0.4)
    return Text("ok", f"{data.decode()} {media_type}")


def name_process(data: bytes, media_type: str, conventions: Conventions) -> Text:
    """Tell which process did it."""
    time.sleep(0.02)
    return Text("ok", str(os.getpid()))


def measure(data: bytes, media_type: str, conventions: Conventions) -> Text:
    """Tell how large the file is."""
    return Text("ok", str(len(data)))

"""Is ended by a signal, as a crash in a compiled language ends it."""

import os
import signal

from tests.properties.adapters.honest import run


def crash(message: object, answer: object) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


if __name__ == "__main__":
    run(crash)

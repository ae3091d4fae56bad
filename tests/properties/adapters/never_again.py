"""Works once: it fails in the middle of its work, and from then on it cannot be started."""

import os
import sys
from pathlib import Path

from tests.properties.adapters.honest import run


def crash(message: object, answer: object) -> None:
    os._exit(7)


if __name__ == "__main__":
    if Path(sys.argv[1]).exists():
        sys.exit("the port is taken")
    run(crash)

"""Closes its standard output and lives on."""

import os
import time

from tests.properties.adapters.honest import run


def close(message: object, answer: object) -> None:
    os.close(1)
    time.sleep(600)


if __name__ == "__main__":
    run(close)

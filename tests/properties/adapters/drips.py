"""Answers so slowly that it never gets to the end."""

import os
import time

from tests.properties.adapters.honest import run


def drip(message: object, answer: object) -> None:
    while True:
        os.write(1, b" ")
        time.sleep(0.05)


if __name__ == "__main__":
    run(drip)

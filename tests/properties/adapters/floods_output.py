"""Writes a line without an end."""

import os

from tests.properties.adapters.honest import run


def flood(message: object, answer: object) -> None:
    while True:
        os.write(1, b"9" * 65536)


if __name__ == "__main__":
    run(flood)

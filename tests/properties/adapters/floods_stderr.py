"""Writes to its standard error without an end."""

import os

from tests.properties.adapters.honest import run


def flood(message: object, answer: object) -> None:
    while True:
        os.write(2, b"still thinking\n" * 4096)


if __name__ == "__main__":
    run(flood)

"""Answers what is not JSON, with a character that would clear a terminal."""

import os

from tests.properties.adapters.honest import run


def garble(message: object, answer: object) -> None:
    os.write(1, b"{'value': 3}\x1b[2J\n")


if __name__ == "__main__":
    run(garble)

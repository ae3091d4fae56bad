"""Answers lists in lists, deeper than any reader goes."""

import os

from tests.properties.adapters.honest import run


def nest(message: object, answer: object) -> None:
    os.write(1, b"[" * 200_000 + b"\n")


if __name__ == "__main__":
    run(nest)

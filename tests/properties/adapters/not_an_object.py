"""Answers the bare value."""

from typing import Any

from tests.properties.adapters.honest import run, send


def bare(message: object, answer: dict[str, Any]) -> None:
    send([answer["value"]])


if __name__ == "__main__":
    run(bare)

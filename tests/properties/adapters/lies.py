"""Answers one too much."""

from typing import Any

from tests.properties.adapters.honest import run, send


def lie(message: dict[str, Any], answer: dict[str, Any]) -> None:
    send({**answer, "value": str(int(answer["value"]) + 1)})


if __name__ == "__main__":
    run(lie)

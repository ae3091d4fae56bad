"""Answers a float."""

from typing import Any

from tests.properties.adapters.honest import run, send


def divide(message: dict[str, Any], answer: dict[str, Any]) -> None:
    send({**answer, "value": 3.0})


if __name__ == "__main__":
    run(divide)

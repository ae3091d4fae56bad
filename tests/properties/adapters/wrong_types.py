"""Answers a number where a decimal string is due."""

from typing import Any

from tests.properties.adapters.honest import run, send


def mistype(message: dict[str, Any], answer: dict[str, Any]) -> None:
    send({**answer, "value": int(answer["value"])})


if __name__ == "__main__":
    run(mistype)

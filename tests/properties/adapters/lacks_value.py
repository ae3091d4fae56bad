"""Leaves the value out."""

from typing import Any

from tests.properties.adapters.honest import run, send


def omit(message: object, answer: dict[str, Any]) -> None:
    send({"seq": answer["seq"], "result": answer["value"]})


if __name__ == "__main__":
    run(omit)

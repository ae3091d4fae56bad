"""Echoes a number that was not asked."""

from typing import Any

from tests.properties.adapters.honest import run, send


def miscount(message: dict[str, Any], answer: dict[str, Any]) -> None:
    send({**answer, "seq": message["seq"] + 1000})


if __name__ == "__main__":
    run(miscount)

"""Says itself that it failed, and goes on."""

from typing import Any

from tests.properties.adapters.honest import run, send


def err(message: dict[str, Any], answer: object) -> None:
    send({"seq": message["seq"], "errored": "overflow in add"})


if __name__ == "__main__":
    run(err)

"""Says on its standard output what it is about to do."""

from typing import Any

from tests.properties.adapters.honest import run, send


def chat(message: dict[str, Any], answer: object) -> None:
    print(f"adding {message['args']['a']} and {message['args']['b']}", flush=True)
    send(answer)


if __name__ == "__main__":
    run(chat)

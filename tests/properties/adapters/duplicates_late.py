"""Answers twice, the second time when nobody looks any more."""

import time
from typing import Any

from tests.properties.adapters.honest import run, send


def double(message: object, answer: dict[str, Any]) -> None:
    send(answer)
    time.sleep(0.3)
    send(answer)


if __name__ == "__main__":
    run(double)

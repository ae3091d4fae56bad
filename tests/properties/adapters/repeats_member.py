"""Gives a member twice, so that it depends on the reader which one counts."""

import os
from typing import Any

from tests.properties.adapters.honest import run


def repeat(message: object, answer: dict[str, Any]) -> None:
    os.write(1, f'{{"seq": {answer["seq"]}, "value": "{answer["value"]}", "value": "0"}}\n'.encode())


if __name__ == "__main__":
    run(repeat)

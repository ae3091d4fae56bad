"""Answers twice."""

import json
import os
from typing import Any

from tests.properties.adapters.honest import run


def double(message: object, answer: dict[str, Any]) -> None:
    os.write(1, (json.dumps(answer) + "\n").encode() * 2)


if __name__ == "__main__":
    run(double)

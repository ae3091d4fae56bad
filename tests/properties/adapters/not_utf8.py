"""Answers in another encoding."""

import os

from tests.properties.adapters.honest import run


def encode(message: object, answer: object) -> None:
    os.write(1, '{"seq": 3, "value": "é"}\n'.encode("latin-1"))


if __name__ == "__main__":
    run(encode)

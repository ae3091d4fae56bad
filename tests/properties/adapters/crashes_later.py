"""Fails in the middle of its work."""

from tests.properties.adapters.honest import run


def crash(message: object, answer: object) -> None:
    raise ZeroDivisionError("an empty pool")


if __name__ == "__main__":
    run(crash)

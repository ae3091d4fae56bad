"""Pauses of Python's collector of reference cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let the collector of cycles rest while something runs that makes none, and go on afterwards if it was on.

    What is not in a cycle is freed at once all the same. The collector would else walk again and again over a whole
    state, because it starts by how many objects are new.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

"""The alarm of this process, by which what takes too long is ended."""

import gc
from collections.abc import Callable
from types import FrameType

AGAIN = 0.2
"""Seconds after which the alarm rings once more, if it was taken for nothing the first time."""


def bell(error: type[BaseException]) -> Callable[[int, FrameType | None], None]:
    """Return a handler of the alarm that raises an error, wherever it would be seen.

    Within a callback of the garbage collector it would be lost, and told as a failure of that: the next ring raises it.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        if frame is None or not any(getattr(one, "__code__", None) is frame.f_code for one in gc.callbacks):
            raise error

    return ring

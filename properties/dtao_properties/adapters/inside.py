"""Adapters in the judge's own process (``python:``): an answer that does not come is given up, as if from elsewhere.

It is the alarm of the process that ends it, so that only the main thread is bounded, and only where there are alarms;
and foreign code outside of Python ends when it likes.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from attrs import define, field

from dtao_properties.adapters.alarm import AGAIN, bell
from dtao_properties.adapters.protocol import Adapter, Errored, Json
from dtao_properties.adapters.transports import seconds_of


class Overdue(BaseException):
    """Raised within an adapter that takes too long; no Exception, so that it is not taken for a failure of its own."""


@define(slots=False)
class Inside:
    """An adapter in this process that has so many seconds for an answer."""

    maker: Callable[[], Adapter]
    """Makes the adapter; and another one after it did not answer."""
    timeout: float | None
    adapter: Adapter = field(init=False)

    @adapter.default
    def _made(self) -> Adapter:
        return self.maker()

    def request(self, message: dict[str, Json]) -> dict[str, Json]:
        """Hand on a request and its answer; raises Errored if there is none in time."""
        seconds = seconds_of(message["do"], self.timeout)
        try:
            with _limited(seconds):
                return self.adapter.request(message)
        except Overdue:
            self.adapter = self.maker()  # whatever it was at, it is of no use any more
            raise Errored(f"no answer within {seconds:g} s; it was interrupted, and another one made") from None

    def __getattr__(self, name: str) -> Any:
        """Return what else the adapter has, such as ``close``."""
        if name == "adapter":
            raise AttributeError(name)
        return getattr(self.adapter, name)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise Overdue within once the seconds are over; an alarm that was set before rings when it would have."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    begun = monotonic()
    left, interval = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left <= seconds:  # the whole run is over before that
        yield
        return
    before = signal.signal(signal.SIGALRM, bell(Overdue))
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - begun), 1e-3), interval)

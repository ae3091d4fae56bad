"""Judge an implementation of the dTAO economy by the recorded vectors and, later, by its properties.

The parts that need no extra dependency are the vector files (:mod:`dtao_properties.conformance.vectors`), the adapter
protocol (:mod:`dtao_properties.adapters.protocol`, :mod:`dtao_properties.adapters.endpoint`) and the judge itself
(:mod:`dtao_properties.conformance.verdicts`). The command line ``dtao`` needs the extra ``[conform]``, and so do
:func:`judge` and :func:`conformance_machine`, which are for the tests of an implementation.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dtao_properties.version import distribution_version

if TYPE_CHECKING:
    from dtao_properties.fuzz.held_to_laws import invariant_machine
    from dtao_properties.fuzz.held_to_reference import conformance_machine
    from dtao_properties.testing import judge

__all__ = ["conformance_machine", "distribution_version", "invariant_machine", "judge"]
_LATE = {
    "conformance_machine": "dtao_properties.fuzz.held_to_reference",
    "invariant_machine": "dtao_properties.fuzz.held_to_laws",
    "judge": "dtao_properties.testing",
}
"""Loaded when they are first asked for: pytest imports this package at every start."""


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

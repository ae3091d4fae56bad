"""The eras that the reference covers, for the tables that say since when something is."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dtao


def covered() -> "tuple[dtao.Era, ...]":
    """Return the eras that are covered, in order."""
    import dtao  # the specification stands without the reference; only tables and links need it

    return dtao.ERAS


def newest() -> int:
    """Return the version of the runtime with which the newest covered era begins."""
    return covered()[-1].spec_version


def span(has: "Callable[[dtao.Era], bool]") -> str:
    """Say in which versions something is: nothing where it always was, ``252``, or ``233 to 243`` where it ended.

    >>> span(lambda era: era.spec_version >= 252), span(lambda era: era.spec_version < 244), span(lambda era: True)
    ('252', '233 to 243', '')
    """
    eras = covered()
    having = [era for era in eras if has(era)]
    first, last = having[0], having[-1]
    if last is not eras[-1]:
        versions = (str(first.spec_version), str(last.last_spec_version))
        return " to ".join(dict.fromkeys(versions))
    return "" if first is eras[0] else str(first.spec_version)

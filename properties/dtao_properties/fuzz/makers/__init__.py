"""What makes each call: who signs it, and arguments aimed at acceptance or at the boundaries of its rules."""

from collections.abc import Callable

from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.context import Context

Made = tuple[int | None, dict[str, Json]]
"""Who signs (None: root), and the arguments in the vectors' encoding."""
Makers = dict[str, tuple[int, Callable[[Context], Made]]]
"""For every call how often it is made, of all the weights together, and what makes it."""

"""What makes each call: who signs it, and arguments aimed at acceptance or at the boundaries of its rules."""

from dtao_properties.adapters.protocol import Json

Made = tuple[int | None, dict[str, Json]]
"""Who signs (None: root), and the arguments in the vectors' encoding."""

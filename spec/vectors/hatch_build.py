"""Puts the recordings of every era into the wheel: each folder that is named after a version of the runtime."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def recordings(root: Path) -> dict[str, str]:
    """Return the folders of recordings, and where each goes in the package."""
    return {str(folder): f"dtao_vectors/{folder.name}" for folder in root.iterdir() if folder.name.isdecimal()}


class Recordings(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the recordings."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to what the wheel includes."""
        build_data["force_include"].update(recordings(Path(self.root)))

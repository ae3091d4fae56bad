"""What a known violation is."""

from attrs import frozen

from dtao_spec.registry import LAUNCH


@frozen
class Violation:
    """Something that the chain got wrong: what happens, how much of it, by which rules, and in which versions."""

    name: str
    what: str
    size: str
    rules: tuple[str, ...]
    since: int = LAUNCH
    until: int | None = None

    def is_in(self, spec_version: int) -> bool:
        """Return whether a version of the runtime has it."""
        return self.since <= spec_version and (self.until is None or spec_version <= self.until)

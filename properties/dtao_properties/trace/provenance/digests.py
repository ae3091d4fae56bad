"""Digests of functions in files of the runtime, and of dependencies in its manifest."""

import json
import tomllib
from hashlib import sha256
from pathlib import PurePosixPath

from attrs import frozen

from dtao.errors import InputError
from dtao_properties.trace.provenance import rust


@frozen
class Manifest:
    """A manifest of cargo: which libraries a workspace depends on."""

    tables: dict[str, object]

    def digest(self, name: str) -> str | None:
        """Return the digest of what is asked of a library; None if it is not asked for."""
        entry = self._dependencies().get(name)
        said = json.dumps(entry, sort_keys=True)
        return None if entry is None else sha256(said.encode()).hexdigest()[: rust.DIGITS]

    def called_otherwise(self, wanted: str) -> tuple[str, ...]:
        """Return nothing: what is asked of another library never stands for this one."""
        return ()

    def _dependencies(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for table in (self.tables, self.tables.get("workspace", {})):
            if isinstance(table, dict) and isinstance(table.get("dependencies"), dict):
                found |= table["dependencies"]
        return found


File = Manifest | rust.RustFile


def parsed(path: str, text: str) -> File:
    """Read a file of the runtime. Rejects, as InputError, one that is neither Rust nor a manifest."""
    try:
        return Manifest(tomllib.loads(text)) if PurePosixPath(path).suffix == ".toml" else rust.parsed(text)
    except (rust.NotRust, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: it cannot be read: {error}") from error

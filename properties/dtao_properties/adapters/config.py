"""``adapter.toml``: how to reach an implementation, and how its names translate into the runtime's."""

import math
import shlex
import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from attrs import field, frozen, mutable

from dtao.errors import InputError
from dtao.item_table import ITEMS
from dtao.outcome import Rejection
from dtao_properties.adapters.protocol import Adapter, Json

TABLES: Mapping[str, frozenset[str] | None] = {
    "adapter": frozenset({"command", "timeout"}), "errors": None, "items": None,
}  # fmt: skip
"""The tables of the file and their keys; None where the keys are the implementation's own names."""


@frozen
class AdapterConfig:
    """What ``adapter.toml`` says. The default says nothing."""

    command: str | None = None
    """The endpoint, ``cmd:`` and the command line, if the file gives one."""
    timeout: float | None = None
    """Seconds that an answer may take."""
    errors: Mapping[str, str] = field(factory=dict)
    """The runtime's name of an error, by the implementation's."""
    items: Mapping[str, str] = field(factory=dict)
    """The runtime's name of a storage item, by the implementation's."""


def adapter_config(path: Path) -> AdapterConfig:
    """Read an ``adapter.toml``.

    Rejects, as InputError: what is not TOML, unknown tables and keys, values of a wrong type, a name that the runtime
    does not have, and one item of the runtime that is given two names.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML ({error}). Correct the file.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path and its permissions.") from error
    for name, table in content.items():
        if name not in TABLES or not isinstance(table, dict):
            raise InputError(
                f"{path}: {name!r} is not a table of this file. There are [adapter], [errors] and [items]."
            )
        known = TABLES[name]
        for key, value in table.items():
            if known is not None and key not in known:
                raise InputError(f"{path}: [adapter] has no key {key!r}. There are {', '.join(sorted(known))}.")
            if known is None and not isinstance(value, str):
                raise InputError(f"{path}: [{name}] {key}: {value!r} is not a string. Give the runtime's name.")
    _check_names(path, "errors", content.get("errors", {}), {str(one.value) for one in Rejection}, "error")
    _check_names(path, "items", content.get("items", {}), ITEMS, "storage item")
    about = content.get("adapter", {})
    items = content.get("items", {})
    for key, value in items.items():
        if list(items.values()).count(value) > 1:
            raise InputError(f"{path}: [items] {key}: {value!r} is given two names. Remove one of them.")
    return AdapterConfig(_command(path, about), _timeout(path, about), content.get("errors", {}), items)


def _check_names(path: Path, table: str, names: Mapping[str, str], known: Collection[str], what: str) -> None:
    for theirs, ours in names.items():
        if ours in known:
            continue
        same = [name for name in sorted(known) if name.lower() == ours.lower()]
        near = same or get_close_matches(ours, sorted(known), 3, 0.5)
        if theirs in known:
            remedy = f"A line is YOUR NAME = THE RUNTIME'S NAME: write {ours} = {theirs!r}."
        elif near:
            remedy = f"Did you mean {' or '.join(near)}?"
        else:
            remedy = f"Give the runtime's name of the {what}."
        raise InputError(f"{path}: [{table}] {theirs}: the runtime has no {what} {ours!r}. {remedy}")


def _command(path: Path, about: Mapping[str, Json]) -> str | None:
    command = about.get("command")
    if command is None:
        return None
    if isinstance(command, list) and command and all(isinstance(word, str) for word in command):
        command = shlex.join(command)
    if not isinstance(command, str) or not command.strip():
        raise InputError(f"{path}: [adapter] command: give a command line, or a list of its words, as strings.")
    return f"cmd:{command}"


def _timeout(path: Path, about: Mapping[str, Json]) -> float | None:
    timeout = about.get("timeout")
    if timeout is None:
        return None
    if type(timeout) not in (int, float) or not math.isfinite(timeout) or timeout <= 0:
        raise InputError(f"{path}: [adapter] timeout: {timeout!r} is not a number of seconds above 0.")
    return float(timeout)


@mutable
class Translated:
    """An adapter that uses other names for errors and items, as one that uses the runtime's."""

    adapter: Adapter
    errors: Mapping[str, str]
    items: Mapping[str, str]
    _theirs: Mapping[str, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._theirs = {ours: theirs for theirs, ours in self.items.items()}

    def request(self, message: dict[str, Json]) -> dict[str, Json]:
        """Translate the request, ask the adapter, and translate its reply."""
        if self._theirs and "state" in message:
            message = {**message, "state": _renamed(message["state"], self._theirs)}
        elif message["do"] == "set" and message["item"] in self._theirs:
            message = {**message, "item": self._theirs[message["item"]]}
        reply = self.adapter.request(message)
        if type(reply) is not dict:
            return reply  # foreign code: the session says what is wrong with it
        changed: dict[str, Json] = {}
        error = reply.get("error")
        if isinstance(error, str) and error in self.errors:
            changed["error"] = self.errors[error]
        if self.items and isinstance(reply.get("diff"), dict):
            changed["diff"] = _renamed(reply["diff"], self.items)
        if message["do"] == "hello" and isinstance(reply.get("value"), dict):
            kept = reply["value"].get("items")
            if isinstance(kept, list):
                named = [self.items.get(name, name) if isinstance(name, str) else name for name in kept]
                changed["value"] = {**reply["value"], "items": named}
        return {**reply, **changed} if changed else reply

    def close(self) -> None:
        """Let go of the adapter."""
        close = getattr(self.adapter, "close", None)
        if close is not None:
            close()


def _renamed(entries: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    renamed = {}
    for entry, value in entries.items():
        item, slash, keys = entry.partition("/")
        renamed[f"{names.get(item, item)}{slash}{keys}"] = value
    return renamed

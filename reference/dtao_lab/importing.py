"""A chain's storage becomes a flat state of the era of its version.

>>> from pathlib import Path
>>> from dtao_lab.importing import imported_file
>>> imported = imported_file(Path("tests/tools/lab/raw/277-market.json.gz"), netuids=[2])
>>> imported.era.name, imported.flat["SubnetTAO/2"], "SubnetTAO/3" in imported.flat
('hotkey-per-subnet', '11391176222963', False)
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import field, frozen

import dtao
from dtao import Era, InputError, State
from dtao_lab.files import read_json
from dtao_lab.node import PAGE, Node
from dtao_lab.raw_storage import Entry, Layout, prefix_of, twox_128, value_of

Told = Callable[[str, int, int], None]
"""What is told of the progress: the thing counted, how many are done, and of how many."""
NETWORKS = "NetworksAdded"
"""The item of which every network has an entry."""
CHUNK = 10_000
"""Entries between two messages of progress."""


def untold(what: str, done: int, of: int) -> None:
    """Tell nothing of the progress."""
    del what, done, of


@frozen
class Imported:
    """A state of a chain."""

    era: Era
    spec_version: int
    """The version of the runtime that the state is of, one of the era's."""
    state: State = field(repr=False)
    source: str
    """Where it comes from: a file, or a node and a block."""
    netuids: tuple[int, ...] | None = None
    """The subnets that were imported; None if all were."""

    @property
    def flat(self) -> dict[str, object]:
        """The state as the vectors write it."""
        return self.era.dump(self.state)


def imported_entries(
    era: Era, entries: Iterable[tuple[Entry, bytes]], spec_version: int, source: str, netuids: Collection[int] | None
) -> Imported:
    """Return the state of some entries of the storage; what they do not hold is at its default."""
    flat: dict[str, object] = {"BlockNumber": "0"}  # a chain before its first block stores none
    for entry, data in entries:
        with placed(source):
            flat[entry.name] = value_of(entry, data)
    with placed(source):
        state = era.load(flat, check=False)  # the chain itself can come to states that contradict themselves
    return Imported(era, spec_version, state, source, None if netuids is None else tuple(sorted(netuids)))


@contextmanager
def placed(source: str) -> Iterator[None]:
    """Name the source of what is refused within."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{source}: {error}") from error


def era_of(version: int, source: str) -> Era:
    """Return the era of a version of the runtime. Rejects, as InputError, one that is not covered."""
    with placed(source):
        return dtao.era(version)


def networks_prefix(era: Era) -> bytes:
    """Return how the raw keys begin under which the chain has its networks."""
    return prefix_of(era.items()[NETWORKS])


def require_networks(era: Era, keys: Iterable[bytes], netuids: Collection[int] | None, source: str) -> None:
    """Refuse, as InputError, a subnet that was asked for and does not exist. The keys are those of the networks."""
    if netuids is None:
        return
    layout = Layout(era)
    with placed(source):
        entries = [layout.entry(key) for key in keys]
    there = sorted(int(entry.keys[0]) for entry in entries if entry is not None)
    missing = sorted(set(netuids) - set(there))
    if missing:
        raise InputError(
            f"{source}: there is no subnet {missing[0]} in it. There are: {', '.join(map(str, there)) or 'none'}. Name "
            "some of them, or leave out --netuid."
        )


# A raw chain specification


def imported_file(
    path: Path, era: Era | None = None, netuids: Collection[int] | None = None, told: Told = untold
) -> Imported:
    """Return the state of a raw chain specification, as ``export-state`` of a node writes it; it may be compressed.

    The version is what the file says: as ``spec_version``, or in its storage, where the runtime keeps the version of
    its last upgrade. ``era`` is that of a file that says none. With ``netuids``, entries of other subnets are left out.

    Rejects, as InputError, a file that cannot be read or holds something else, a version that is not covered, and keys
    and values that are damaged.
    """
    source = str(path)
    content = read_json(path, source, "Give a raw chain specification.")
    storage = storage_of(content, source)
    rules, version = _era_of_file(content, storage, era, source)
    prefix = "0x" + networks_prefix(rules).hex()
    require_networks(rules, (_bytes(key, key, "the key") for key in storage if key.startswith(prefix)), netuids, source)
    entries = _entries_of_file(storage, Layout(rules), netuids, source, told)
    return imported_entries(rules, entries, version, source, netuids)


def storage_of(content: object, source: str) -> Mapping[str, object]:
    """Return the storage in a raw chain specification: hexadecimal keys and values."""
    top = content
    for member in ("genesis", "raw", "top"):
        top = top.get(member) if isinstance(top, Mapping) else None
    if not isinstance(top, Mapping):
        raise InputError(
            f'{source}: no raw chain specification, which has {{"genesis": {{"raw": {{"top": {{…}}}}}}}}. Export one '
            "with `node-subtensor export-state`, or `build-spec --raw`."
        )
    return top


def _era_of_file(content: object, storage: Mapping[str, object], era: Era | None, source: str) -> tuple[Era, int]:
    """Return the era of a file, and the version that it is of."""
    version = content.get("spec_version") if isinstance(content, Mapping) else None
    if version is None:
        version = _last_upgrade(storage)
    if version is None:
        if era is None:
            raise InputError(f"{source}: it does not say the version of its runtime. Name the era: --era 277.")
        return era, era.spec_version
    if type(version) is not int or version < 0:
        raise InputError(f"{source}: spec_version {str(version)[:50]!r} is no version. Write an integer, such as 277.")
    found = era_of(version, source)
    if era is not None and era is not found:
        raise InputError(
            f"{source}: it is of version {version}, which is of the era {found.name!r} and not {era.name!r}. Leave out "
            "--era; dtao.migrate takes the state to a later era."
        )
    return found, version


def _last_upgrade(storage: Mapping[str, object]) -> int | None:
    """Return the version that the runtime notes at an upgrade, in ``System.LastRuntimeUpgrade``; None without it."""
    key = "0x" + (twox_128("System") + twox_128("LastRuntimeUpgrade")).hex()
    data = storage.get(key)
    if data is None:
        return None
    return _compact(_bytes(data, key, "its value"))


def _compact(data: bytes) -> int | None:
    """Return the number that a value begins with, in the compact form of SCALE; None if it does not."""
    mode = data[0] & 3 if data else 3
    width = (1, 2, 4, 0)[mode]
    return int.from_bytes(data[:width], "little") >> 2 if width and len(data) >= width else None


def _entries_of_file(
    storage: Mapping[str, object], layout: Layout, netuids: Collection[int] | None, source: str, told: Told
) -> Iterator[tuple[Entry, bytes]]:
    for number, (key, value) in enumerate(storage.items()):
        if number % CHUNK == 0:
            told("entries", number, len(storage))
        with placed(source):
            entry = layout.entry(_bytes(key, key, "the key"))
            if entry is None or not (netuids is None or entry.concerns(netuids)):
                continue
            data = _bytes(value, key, "its value")
        yield entry, data
    told("entries", len(storage), len(storage))


def _bytes(text: object, key: str, what: str) -> bytes:
    """Return the bytes that are written in hexadecimal."""
    try:
        if isinstance(text, str) and text.startswith("0x"):
            return bytes.fromhex(text[2:])
    except ValueError:
        pass
    raise InputError(f"{key[:80]}: {what} {str(text)[:50]!r} is not 0x and an even number of hexadecimal digits.")


# A node


def imported_node(
    node: Node, block: str | None = None, netuids: Collection[int] | None = None, told: Told = untold
) -> Imported:
    """Return the state of a chain at a block, which is named by its number or hash; by default at the last final one.

    Only the items of the era are asked for and, with ``netuids``, of their values only those of these subnets and of
    none. Rejects, as InputError, a node that does not answer, a block that it does not have, and a version that is not
    covered.
    """
    at = node.block_hash(block)
    source = f"{node.url} at block {block or at}"
    version = node.spec_version(at)
    era = era_of(version, source)
    if netuids is not None:
        pages = node.keys(networks_prefix(era), at)
        require_networks(era, (key for page in pages for key in page), netuids, source)
    entries = _entries_of_node(node, at, Layout(era), netuids, source, told)
    return imported_entries(era, entries, version, source, netuids)


def _entries_of_node(
    node: Node, at: str, layout: Layout, netuids: Collection[int] | None, source: str, told: Told
) -> Iterator[tuple[Entry, bytes]]:
    prefixes = layout.prefixes()
    wanted = dict(layout.single())
    for number, (prefix, name) in enumerate(prefixes.items()):
        told(name, number, len(prefixes))
        for keys in node.keys(prefix, at):
            with placed(source):
                entries = {key: layout.entry(key) for key in keys}
            wanted |= {
                key: entry
                for key, entry in entries.items()
                if entry is not None and (netuids is None or entry.concerns(netuids))
            }
            while len(wanted) >= PAGE:  # as many at once as a node gives, of whatever items
                some = {key: wanted.pop(key) for key in list(wanted)[:PAGE]}
                yield from _values(node, at, some)
    yield from _values(node, at, wanted)
    told("items", len(prefixes), len(prefixes))


def _values(node: Node, at: str, wanted: Mapping[bytes, Entry]) -> Iterator[tuple[Entry, bytes]]:
    for key, value in node.values(list(wanted), at).items():
        yield wanted[key], value

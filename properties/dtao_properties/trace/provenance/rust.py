"""The functions and constants of a Rust source, found by their names, and digests of what they say.

This reads just enough of the language to find where an item begins and ends: comments, literals and brackets. What
does not change the behaviour does not change the digest: comments, white space, the commas that a formatter adds where
it breaks lines, and lines of the log.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType

from attrs import frozen

DIGITS = 16
"""So many hexadecimal digits of a digest are kept: of one item in two versions, not of all the world."""
RECOGNISABLE = 40
"""An item of so many tokens is taken for another one of the same digest, whatever its name."""
TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
    |(?P<comment>/\*)
    |(?P<raw>[bc]?r(?P<hashes>\#*)"(?s:.*?)"(?P=hashes))
    |(?P<text>[bc]?"(?:[^"\\]|\\(?s:.))*")
    |(?P<character>b?'(?:[^'\\]|\\(?:u\{[^}]*\}|x[0-9a-fA-F]{2}|.))')
    |(?P<lifetime>'\w+)
    |(?P<word>(?:r\#)?[^\W\d]\w*)
    |(?P<number>\d\w*(?:\.\d\w*)?)
    |(?P<sign>.)
    """,
    re.VERBOSE,
)
COMMENT_EDGE = re.compile(r"/\*|\*/")
CLOSING = MappingProxyType({"(": ")", "[": "]", "{": "}"})
LEVELS = frozenset({"trace", "debug", "info", "warn", "error"})
TESTS = frozenset({"tests", "test"})
"""The modules whose functions are left out."""
NAMED = frozenset({"const", "static", "type"})
"""The words with which constants and aliases begin."""


class NotRust(ValueError):
    """A source that is not understood; the message says why."""


@frozen
class Item:
    """A function, a constant or an alias of a type."""

    name: str
    owner: str
    """The type, trait or function that it belongs to; empty if it stands alone."""
    tokens: tuple[str, ...]
    """From ``fn``, ``const`` … to its end: attributes and visibility do not belong to it."""
    has_body: bool


@frozen
class RustFile:
    """The items of a file, in its order."""

    items: tuple[Item, ...]

    def named(self, name: str) -> tuple[Item, ...]:
        """Return the items of a name, which may be preceded by that of their owner: ``Pool::value``.

        Declarations without a body count only where there is nothing else.
        """
        owner, _, last = name.rpartition("::")
        found = [item for item in self.items if item.name == last and owner in ("", item.owner)]
        return tuple([item for item in found if item.has_body] or found)

    def digest(self, name: str) -> str | None:
        """Return the digest of all items of a name, in the order of the file; None if there is none."""
        return digest(self.named(name))

    def called_otherwise(self, wanted: str) -> tuple[str, ...]:
        """Return the names of the items that have this digest; those that say too little to be known by it are not."""
        long = [item for item in self.items if item.has_body and len(item.tokens) >= RECOGNISABLE]
        return tuple(item.name for item in long if digest([item]) == wanted)


def digest(items: Sequence[Item]) -> str | None:
    """Return the first digits of the SHA-256 of what items say, but for their own names; None if there are none."""
    tokens = [token for item in items for token in (item.tokens[0], *item.tokens[2:])]
    return sha256("\n".join(essential(tokens)).encode()).hexdigest()[:DIGITS] if items else None


def essential(tokens: Sequence[str]) -> Iterator[str]:
    """Leave out lines of the log, and commas before a closing bracket."""
    place = 0
    while place < len(tokens):
        if tokens[place] == "log" and (end := _end_of_log(tokens, place)):
            place = end
            continue
        if not (tokens[place] == "," and tokens[place + 1 : place + 2] in ([")"], ["]"], ["}"], [">"])):
            yield tokens[place]
        place += 1


def _end_of_log(tokens: Sequence[str], place: int) -> int | None:
    """Return the place behind ``log::info!(…);``; None if that is not what stands here."""
    head = tuple(tokens[place + 1 : place + 6])
    if len(head) < 5 or head[:2] != (":", ":") or head[2] not in LEVELS or head[3] != "!" or head[4] not in CLOSING:
        return None
    end = _behind(tokens, place + 5)
    return end + (tokens[end : end + 1] == [";"])


def _behind(tokens: Sequence[str], place: int) -> int:
    """Return the place behind the bracket that closes the one here."""
    depth = 0
    for end in range(place, len(tokens)):
        if tokens[end] in CLOSING:
            depth += 1
        elif tokens[end] in CLOSING.values():
            depth -= 1
            if depth == 0:
                return end + 1
    raise NotRust(f"a {tokens[place]!r} is never closed")


def tokens_of(text: str) -> list[str]:
    """Split a source into its tokens, without white space and comments; each sign is its own token.

    Rejects, as NotRust, a comment without an end.
    """
    found: list[str] = []
    place = 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:  # every other character is a sign
            raise NotRust(f"character {place} is not understood")
        place = match.end()
        if match.lastgroup == "comment":
            place = _end_of_comment(text, match.start())
        elif match["space"] is None:
            found.append(match[0])
    return found


def _end_of_comment(text: str, start: int) -> int:
    depth = 0
    for edge in COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    raise NotRust("a comment is never closed")


def parsed(text: str) -> RustFile:
    """Find the items of a source. Rejects, as NotRust, brackets and comments that are never closed."""
    tokens = tokens_of(text)
    return RustFile(tuple(_items(tokens, _partners(tokens), 0, len(tokens), "")))


def _partners(tokens: Sequence[str]) -> Mapping[int, int]:
    """Return the place of the closing bracket for that of each opening one."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for place, token in enumerate(tokens):
        if token in CLOSING:
            opened.append(place)
        elif token in CLOSING.values():
            if not opened or CLOSING[tokens[opened[-1]]] != token:
                raise NotRust(f"a {token!r} closes nothing")
            found[opened.pop()] = place
    if opened:
        raise NotRust(f"a {tokens[opened[-1]]!r} is never closed")
    return found


def _items(tokens: Sequence[str], partners: Mapping[int, int], start: int, end: int, owner: str) -> Iterator[Item]:
    place = start
    while place < end:
        word, name = tokens[place], tokens[place + 1] if place + 1 < end else ""
        is_named = _is_word(name)
        if word == "fn" and is_named:
            edge = _edge(tokens, partners, place + 2, end)
            has_body = edge < end and tokens[edge] == "{"
            last = partners[edge] if has_body else edge
            yield Item(name, owner, tuple(tokens[place : last + 1]), has_body)
            if has_body:
                yield from _items(tokens, partners, edge + 1, last, name)
            place = last
        elif word in NAMED and is_named and name not in ("fn", "unsafe", "extern"):
            last = _semicolon(tokens, partners, place, end)
            yield Item(name, owner, tuple(tokens[place : last + 1]), True)
            place = last
        elif word in ("impl", "trait", "mod") and (is_named or name in ("<", ":", "!")):
            edge = _edge(tokens, partners, place + 1, end)
            if edge < end and tokens[edge] == "{":
                if not (word == "mod" and name in TESTS):
                    inner = _type_of(tokens[place + 1 : edge]) if word == "impl" else "" if word == "mod" else name
                    yield from _items(tokens, partners, edge + 1, partners[edge], inner)
                edge = partners[edge]
            place = edge
        place += 1


def _is_word(token: str) -> bool:
    return token[:1].isalpha() or token[:1] == "_"


def _edge(tokens: Sequence[str], partners: Mapping[int, int], place: int, end: int) -> int:
    """Return the place of the ``{`` or ``;`` at which a head ends; generics and brackets are skipped."""
    depth = 0
    while place < end:
        token = tokens[place]
        if depth == 0 and token in "{;":
            return place
        if token == "<":
            depth += 1
        elif token == ">" and tokens[place - 1] not in "-=":
            depth -= 1
        place = partners.get(place, place) + 1
    return end


def _semicolon(tokens: Sequence[str], partners: Mapping[int, int], place: int, end: int) -> int:
    while place < end and tokens[place] != ";":
        place = partners.get(place, place) + 1
    return min(place, end - 1)


def _type_of(head: Sequence[str]) -> str:
    """Return the type that an ``impl`` is of: behind ``for`` if there is one, without path and generics."""
    depth, name = 0, ""
    for place, token in enumerate(head):
        if token == "<":
            depth += 1
        elif token == ">" and head[place - 1] not in "-=":
            depth -= 1
        elif depth == 0 and token == "where":
            break
        elif depth == 0 and token == "for":
            name = ""
        elif depth == 0 and _is_word(token) and token not in ("const", "dyn", "mut", "unsafe"):
            name = token
    return name

"""Reduce a divergence further than Hypothesis can: fewer steps, a smaller state to begin with, rounder numbers.

Hypothesis shrinks the choices; this works on what they led to. Whatever is tried is asked of the reference and the
adapter anew, and kept only if the divergence keeps its signature.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from time import monotonic

from attrs import field, mutable

from dtao.item_table import ITEMS
from dtao.records import Neurons
from dtao.settings import Parameters
from dtao.state import State
from dtao_properties.adapters.protocol import QUOTE_ITEMS, Json, whole_number
from dtao_properties.conformance.recorded_state import RecordedState, item_of, restricted
from dtao_properties.conformance.vector_runner import request_of
from dtao_properties.conformance.vectors import canonical_hash
from dtao_properties.fuzz.differential import Differential, Found, Unloadable
from dtao_properties.fuzz.steps import Planned

TRIES = 2_000
"""How much is tried to reduce a divergence. It is counted, so that the result does not depend on the machine."""
SECONDS = 60.0
"""How long a divergence is reduced at most, for adapters that are slow."""
LAST_STEPS = 3
"""So many steps before the divergence may be all that is kept."""
Request = Mapping[str, Json]
Genesis = Mapping[str, Json]
NEURONS = frozenset(item.name for item in ITEMS.values() if item.record is Neurons)
NETWORK = frozenset(item.name for item in ITEMS.values() if item.record in (State, Parameters) and not item.keys)
"""The items that a state always has. They stay: nothing says what they are where they are not listed."""


def reduced(differential: Differential, found: Found, seconds: float = SECONDS) -> Found | None:
    """Return the smallest divergence of the same signature that a bounded search comes to; None if it does not recur.

    An differential that does not count is wanted.
    """
    search = _Reduction(differential, found, TRIES, monotonic() + seconds)
    if search.tried(found.genesis, _requests(found)) is None:
        return None
    while search.pass_over():
        pass
    return search.pointed()


def _requests(found: Found) -> list[Request]:
    return [request_of(step) for step in found.steps]


def is_same(found: Found, best: Found) -> bool:
    """Return whether a divergence is the one that is made smaller: told by its signature, and of the same cause."""
    causes = (found.cause.rules, best.cause.rules)
    has_other_cause = all(causes) and set(causes[0]).isdisjoint(causes[1])
    return best.signature in found.signatures and not has_other_cause


@mutable
class _Reduction:
    differential: Differential
    best: Found
    tries: int
    until: float
    failed: set[str] = field(factory=set, init=False)
    """What was tried in vain, in the canonical form, so that it is not tried twice."""

    def pass_over(self) -> bool:
        """Try everything once; return whether anything helped and there is time for more."""
        before = self.best
        self._later_start()
        self._fewer_steps()
        self._smaller_genesis()
        self._rounder_steps()
        self._rounder_genesis()
        return self.best is not before and not self.over

    @property
    def over(self) -> bool:
        """Return whether no more may be tried."""
        return self.tries <= 0 or monotonic() > self.until

    def tried(self, genesis: Genesis, requests: Sequence[Request]) -> Found | None:
        """Return the divergence of the same signature that some steps lead to from a state, if they do."""
        if self.over:
            return None
        self.tries -= 1
        differential = self.differential
        try:
            found = differential.begin(genesis)
            for request in requests:
                if found is not None:
                    break
                found = differential.take(Planned(dict(request)))
        except Unloadable:  # a state that contradicts itself
            return None
        return found.told_by(self.best.signature) if found is not None and is_same(found, self.best) else None

    def pointed(self) -> Found:
        """Return the best, with the cause searched for anew: of what is left it may be told better."""
        self.differential.is_final, self.tries, self.until = True, 1, inf
        try:
            return self.tried(self.best.genesis, _requests(self.best)) or self.best
        finally:
            self.differential.is_final = False

    def _keep(self, genesis: Genesis, requests: Sequence[Request]) -> bool:
        attempt = canonical_hash([dict(genesis), list(requests)])
        if attempt in self.failed:
            return False
        found = self.tried(genesis, requests)
        if found is None:
            self.failed.add(attempt)
            return False
        self.best = found
        return True

    def _later_start(self) -> None:
        """Begin with the state that the last few steps began with."""
        for kept in range(1, min(LAST_STEPS, len(self.best.steps) - 1) + 1):
            start = len(self.best.steps) - kept
            genesis = RecordedState(self.best.genesis, self.best.steps).before(start)
            if self._keep(genesis, _requests(self.best)[start:]):
                return

    def _fewer_steps(self) -> None:
        size = max(len(self.best.steps) // 2, 1)
        while size:
            at = 0
            while at < len(self.best.steps):
                requests = _requests(self.best)
                if not self._keep(self.best.genesis, requests[:at] + requests[at + size :]):
                    at += size
            size //= 2

    def _smaller_genesis(self) -> None:
        if self.differential.level == "quote":  # the adapter is given no more than this, whatever else there is
            self._keep(restricted(self.best.genesis, QUOTE_ITEMS), _requests(self.best))
        for group in list(_groups(self.best.genesis)):
            kept = {entry: value for entry, value in self.best.genesis.items() if entry not in group}
            if len(kept) < len(self.best.genesis):
                self._keep(kept, _requests(self.best))

    def _rounder_steps(self) -> None:
        for number in range(len(self.best.steps)):
            for path in ("args", "value", "n"):
                self._rounder_step(number, path)

    def _rounder_step(self, number: int, member: str) -> None:
        if number >= len(self.best.steps):
            return
        value = request_of(self.best.steps[number]).get(member)
        names: Sequence[str | None] = list(value) if isinstance(value, dict) else [None]
        for name in names:
            now = value[name] if isinstance(value, dict) else value
            for simpler in range(now) if member == "n" and type(now) is int else _rounder(now):
                requests = _requests(self.best)
                if number >= len(requests):
                    return  # a rounder number made the divergence come earlier
                changed = simpler if name is None else {**requests[number][member], name: simpler}
                requests[number] = {**requests[number], member: changed}
                if self._keep(self.best.genesis, requests):
                    break

    def _rounder_genesis(self) -> None:
        for entry, value in list(self.best.genesis.items()):
            if item_of(entry) in ("Owner", "Keys", "SubnetOwner", "SubnetOwnerHotkey"):
                continue  # accounts are no amounts
            for simpler in _rounder(value):
                if self._keep({**self.best.genesis, entry: simpler}, _requests(self.best)):
                    break


def _groups(genesis: Genesis) -> Iterator[frozenset[str]]:
    """Yield entries that may go together: all of a netuid, all of an account, the neurons, then one by one.

    Some entries of neurons hold each other up, so that they are tried one by one only after the others.
    """
    by_key: dict[tuple[str, str], set[str]] = {}
    neurons: dict[str, set[str]] = {}
    single: list[str] = []
    for entry in genesis:
        name, *parts = entry.split("/")
        if name in NETWORK or name not in ITEMS:
            continue
        keys = dict(zip(ITEMS[name].keys, parts, strict=True))
        for key, part in keys.items():
            if key != "uid" and key != "kind":
                by_key.setdefault(("netuid" if key == "netuid" else "account", part), set()).add(entry)
        if name in NEURONS:
            neurons.setdefault(keys["netuid"], set()).add(entry)
        else:
            single.append(entry)
    for group in (*by_key.values(), *neurons.values()):
        yield frozenset(group)
    pools = [entry for entry in single if item_of(entry) in ("Alpha", "TotalHotkeyAlpha", "TotalHotkeyShares")]
    for entry in pools:
        hotkey, *_, netuid = entry.split("/")[1:]
        yield frozenset(one for one in pools if one.split("/")[1] == hotkey and one.split("/")[-1] == netuid)
    for size in (max(len(single) // 4, 1), max(len(single) // 16, 1), 1):
        for at in range(0, len(single), size):
            yield frozenset(single[at : at + size])
    for group in neurons.values():
        yield from (frozenset({entry}) for entry in sorted(group))


def _rounder(value: Json) -> Iterator[Json]:
    """Yield simpler values of the same encoding, the simplest first.

    >>> list(_rounder("1234567"))
    ['0', '1', '1000000', '1048576', '1200000', '1230000']
    >>> list(_rounder("-40")), list(_rounder(7)), list(_rounder("1")), list(_rounder(["1"]))
    (['0', '-1', '-4'], [0, 1], ['0'], [])
    """
    if type(value) is int and value > 0:
        yield from (0, 1) if value > 1 else (0,)
    if type(value) is not str or not whole_number(value):
        return
    sign, size = ("-", value[1:]) if value.startswith("-") else ("", value)
    rounded = [size[:kept] + "0" * (len(size) - kept) for kept in (1, 2, 3)]
    power = 1 << int(size).bit_length() - 1
    simpler = ["0", "1"]
    if size not in (rounded[0], str(power)):  # else it is round
        simpler += [rounded[0], str(power), *rounded[1:]]
    else:
        simpler += [size[:-zeros] for zeros in (6, 3, 1) if size[1:].endswith("0" * zeros)]
    for one in dict.fromkeys(simpler):
        if int(one) < int(size):
            yield f"{sign}{one}" if one != "0" else one

"""Vectors of a state that somebody has, such as one imported from a chain: what the reference does in it.

They are no recordings. Whoever judges by them judges by the reference, in the very state that matters to him.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

from attrs import define, field

import dtao
from dtao import Era, InputError, State
from dtao_lab.markets import Market
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance.vectors import FORMAT, canonical_hash, hash_of_hashes

SUITE = "state"
BLOCKS = 3
"""Blocks that go by, unless others are asked for."""
TAO = 10**9
FUNDED = 10**6 * TAO
"""rao that a new account is given, from which it stakes."""
AMOUNTS = (TAO, 1000 * TAO)
"""What is quoted, and how much is staked and unstaked, in rao and alpha rao."""
BUYER = 2**256 - 1
"""A new account."""
QUOTED: Mapping[str, tuple[Json, ...]] = {
    "amount": tuple(map(str, AMOUNTS)),
    "buy": (True, False),
    "limit_price": (str(TAO // 100), str(TAO), str(2**64 - 1)),
}
"""The arguments with which each read of a subnet is called."""
Step = dict[str, Json]


def file_beside(path: Path) -> Path:
    """Return the file of vectors that stands beside a state's file."""
    return path.with_name(f"{path.name.removesuffix('.gz').removesuffix('.json')}.vectors.jsonl.gz")


def write_vectors(path: Path, market: Market, source: str, blocks: int = BLOCKS) -> None:
    """Write what the reference does in a state: quotes of every subnet, orders in each, and the next blocks.

    Raises OSError where the file cannot be written.
    """
    era = market.era
    quotes, orders, passed = (Walk(era, market.state) for _ in range(3))
    _quotes(quotes, market.subnets())
    _orders(orders, market.subnets())
    _blocks(passed, blocks)
    vectors = []
    for name, walk in {"quotes": quotes, "orders": orders, "blocks": passed}.items():
        body: Step = {"id": f"{era.recorded_as}/scenario/{SUITE}/{name}", "steps": walk.steps}
        vectors.append({**body, "hash": canonical_hash(body)})
    info = {
        "format": FORMAT, "era": era.recorded_as, "spec_version": era.spec_version, "runner": "scenario",
        "suite": SUITE, "source": f"computed by the reference in the state {source}; no recording of the runtime",
        "count": len(vectors), "hash": hash_of_hashes(str(vector["hash"]) for vector in vectors),
    }  # fmt: skip
    defaults = {item.name: item.kind.encode(item.default) for item in era.items().values() if item.default is not None}
    header = {"_info": info, "defaults": defaults, "genesis": era.dump(market.state)}
    lines = (json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in (header, *vectors))
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


@define
class Walk:
    """Steps that are taken one after the other, with what the reference answers."""

    era: Era
    state: State
    steps: list[Step] = field(factory=list)

    def take(self, request: Step) -> None:
        """Take a step; one on which the runtime itself would panic is left out."""
        with suppress(InputError):
            result = apply_step(self.era, self.state, request)
            self.steps.append({**request, **result.reply(self.era, self.state, str(request["do"]))})
            self.state = result.after

    def order(self, call: str, **args: Json) -> None:
        """Let a new account sign a call, and a block go by."""
        self.take({"do": "call", "call": call, "signer": str(BUYER), "args": args})
        self.take({"do": "blocks", "n": 1})


def _quotes(walk: Walk, netuids: Sequence[int]) -> None:
    """Take the reads that concern one subnet alone."""
    for name, function in walk.era.runtime.reads.items():
        wanted = sorted(set(function.arguments) - {"netuid"})
        if "netuid" not in function.arguments or not QUOTED.keys() >= set(wanted):
            continue
        for netuid, *values in product(netuids, *(QUOTED[argument] for argument in wanted)):
            args = dict(zip(("netuid", *wanted), (netuid, *values), strict=True))
            walk.take({"do": "read", "read": name, "args": args})


def _orders(walk: Walk, netuids: Sequence[int]) -> None:
    """Let a new account stake on every subnet where there is stake, unstake half of it, and want more than it has."""
    walk.take({"do": "set", "item": "Balance", "account": str(BUYER), "value": str(FUNDED)})
    hotkeys = _hotkeys(walk.state)
    for netuid in netuids:
        if netuid not in hotkeys:
            continue
        hotkey = hotkeys[netuid]
        for amount in (*AMOUNTS, 2 * FUNDED):
            walk.order("add_stake", hotkey=hotkey, netuid=netuid, amount_staked=str(amount))
            owned = walk.era.read(walk.state, "get_stake", {"hotkey": hotkey, "coldkey": str(BUYER), "netuid": netuid})
            walk.order("remove_stake", hotkey=hotkey, netuid=netuid, amount_unstaked=str(int(str(owned)) // 2))


def _blocks(walk: Walk, number: int) -> None:
    for _ in range(number):
        walk.take({"do": "blocks", "n": 1})


def _hotkeys(state: State) -> dict[int, str]:
    """Return a hotkey on which stake lies, of every subnet that has one."""
    found: dict[int, str] = {}
    for entry, value in dtao.dump(state).items():
        name, *keys = entry.split("/")
        if name == "TotalHotkeyAlpha" and value != "0":
            found.setdefault(int(keys[1]), keys[0])
    return found

"""A toy chain behind the adapter protocol, the vectors it records, and toys that are broken in one place each.

The judge knows nothing of the economy, so its own tests need no economy either.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dtao_properties.conformance.vectors import FORMAT, canonical_hash, hash_of_hashes
from dtao_properties.conformance.verdicts import request_of

GENESIS = {"Balance/1": "5000000000", "BlockNumber": "1"}
DEFAULTS = {"Balance": "0", "Flag": False}


class Toy:
    """Balances, a block number and one kernel."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def request(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"seq": message["seq"], **getattr(self, message["do"])(message)}

    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        about = {
            "name": "toy",
            "language": "Python",
            "version": "1",
            "protocol": 1,
            "eras": ["toy"],
            "levels": ["kernel", "quote", "call", "block"],
        }
        return {"value": about}

    def load(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.state = dict(message["state"])
        return {"ok": True}

    def stop(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"ok": True}

    def kernel(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if message["kernel"] == "flags":
            return {"value": [True, [False, 1]]}
        return {"value": str(int(message["args"]["a"]) + int(message["args"]["b"]))}

    def write(self, **entries: Any) -> dict[str, Any]:
        diff = {name.replace("_", "/"): value for name, value in entries.items()}
        self.state.update(diff)
        return diff

    def set(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"diff": self.write(**{f"{message['item']}_{message['account']}": message["value"]})}

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        source, dest, value = message["signer"], message["args"]["dest"], int(message["args"]["value"])
        left = int(self.state.get(f"Balance/{source}", "0")) - value
        if left < 0:
            return {"error": "Token:FundsUnavailable", "events": [], "diff": {}}
        credited = int(self.state.get(f"Balance/{dest}", "0")) + value
        diff = self.write(**{f"Balance_{source}": str(left), f"Balance_{dest}": str(credited)})
        return {"error": None, "events": [["Transfer", source, dest, str(value)]], "diff": diff}

    def phase(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": None, "diff": self.write(Flag_1=True, Emission_1=["1", "2", "3"])}

    def read(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": self.state.get(f"Balance/{message['args']['account']}", "0")}

    def blocks(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"diff": self.write(BlockNumber=str(int(self.state["BlockNumber"]) + message["n"]))}


class Generous(Toy):
    """Credits 1 rao too much."""

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().call(message)
        entry = f"Balance/{message['args']['dest']}"
        if entry in reply["diff"]:
            reply["diff"][entry] = str(int(reply["diff"][entry]) + 1)
        return reply


class Forgetful(Toy):
    """Changes one entry less than it should, and one that it should not, in every phase."""

    def phase(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().phase(message)
        return {**reply, "diff": {"Emission/1": ["1", "2", "4"], "Zeal/1": "1"}}


class Lenient(Toy):
    """Never rejects."""

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().call(message), "error": None}


class Silent(Toy):
    """Emits no events."""

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().call(message), "events": []}


class Untyped(Toy):
    """Answers 1 for true."""

    def phase(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().phase(message)
        return {**reply, "diff": {**reply["diff"], "Flag/1": 1}}

    def kernel(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": [1, [False, 1]]} if message["kernel"] == "flags" else super().kernel(message)


class Crashing(Toy):
    """Falls over in reads."""

    def read(self, message: Mapping[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError("no such luck")


class Partial(Toy):
    """Does kernels only."""

    def load(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"skipped": "this toy has no state"}


class Quoting(Toy):
    """Announces no calls and no blocks."""

    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": {**super().hello(message)["value"], "levels": ["kernel", "quote"]}}


class Idle(Partial):
    """Does nothing at all."""

    def kernel(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"skipped": "this toy has no kernels"}


class Refusing(Toy):
    """Takes every phase for malformed."""

    def phase(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"refused": "unknown phase 'bless'. The phases are none"}


class Confused(Toy):
    """Echoes a wrong number in reads."""

    def request(self, message: dict[str, Any]) -> dict[str, Any]:
        reply = super().request(message)
        return {**reply, "seq": 7} if message["do"] == "read" else reply


class Curt(Toy):
    """Leaves the diff out."""

    def blocks(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"ok": True}


class Foreign(Toy):
    """Speaks another protocol."""

    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": {**super().hello(message)["value"], "protocol": 2}}


not_callable = "a factory that is none"


def not_an_adapter() -> object:
    return object()


def transfer(value: str, dest: str = "2") -> dict[str, Any]:
    return {"do": "call", "call": "transfer", "signer": "1", "args": {"dest": dest, "value": value}}


SCENARIO: Sequence[dict[str, Any]] = (
    {"do": "set", "item": "Balance", "account": "1", "value": "9000000000"},
    transfer("1500000000"),
    transfer("99000000000"),
    {"do": "blocks", "n": 3},
    {"do": "phase", "phase": "bless", "args": {}},
    {"do": "read", "read": "balance", "args": {"account": "2"}},
)


def recorded(steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Record what the toy answers to some steps."""
    toy = Toy()
    toy.state = dict(GENESIS)
    answered = []
    for step in steps:
        reply = toy.request({"seq": 0, **request_of({**step, "error": None, "events": [], "diff": {}})})
        answered.append({**step, **{member: value for member, value in reply.items() if member != "seq"}})
    return answered


def scenario(name: str, steps: Sequence[dict[str, Any]] = SCENARIO) -> dict[str, Any]:
    return {"id": f"toy/scenario/bank/{name}", "steps": recorded(steps)}


def kernels(count: int = 3) -> list[dict[str, Any]]:
    cases = [
        {"id": f"toy/kernel/sum/p{n}", "kernel": "sum", "args": {"a": str(n), "b": "2"}, "value": str(n + 2)}
        for n in range(count)
    ]
    return [*cases, {"id": "toy/kernel/sum/flags", "kernel": "flags", "args": {}, "value": [True, [False, 1]]}]


def lines(vectors: Sequence[dict[str, Any]], **info: Any) -> list[str]:
    """Write a file's lines with right hashes; ``info`` replaces members of the header."""
    hashed = [{**vector, "hash": canonical_hash(vector)} for vector in vectors]
    runner = "kernel" if "kernel" in vectors[0] else "scenario"
    about = {
        "format": FORMAT, "era": "toy", "spec_version": 1, "runner": runner, "source": "the toy", "count": len(hashed),
        "suite": "sum" if runner == "kernel" else "bank", "hash": hash_of_hashes(one["hash"] for one in hashed),
    }  # fmt: skip
    header: dict[str, Any] = {"_info": {**about, **info}}
    if runner == "scenario":
        header |= {"genesis": GENESIS, "defaults": DEFAULTS}
    return [json.dumps(line, sort_keys=True) for line in (header, *hashed)]


def write(path: Path, content: Sequence[str]) -> Path:
    """Write lines to a vector file, compressed if its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = ("\n".join(content) + "\n").encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def folder(path: Path) -> Path:
    """Write a folder with one suite of kernels and one of three scenarios."""
    write(path / "kernel" / "sum.jsonl", lines(kernels()))
    write(path / "scenario" / "bank.jsonl.gz", lines([scenario(f"p{n}") for n in range(3)]))
    return path

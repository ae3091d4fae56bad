"""What the tests of the oracle's page open: a recording in which one value was altered, and an imported state."""

import gzip
import json
from pathlib import Path
from typing import Any

from dtao_lab.forms import in_form
from dtao_lab.importing import imported_file
from dtao_properties.conformance.vectors import canonical_hash, hash_of_hashes

SAMPLE = Path(__file__).parents[2] / "spec/vectors/425/scenario/pool.jsonl.gz"


def altered() -> tuple[int, str, dict[str, Any], dict[str, Any]]:
    """Return the step and the entry that were altered, the header and the vector."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        header, vector = json.loads(next(lines)), json.loads(next(lines))
    number = next(at for at, step in enumerate(vector["steps"]) if step["do"] == "call" and step["diff"])
    entry = next(name for name, value in vector["steps"][number]["diff"].items() if isinstance(value, str))
    diff = vector["steps"][number]["diff"]
    diff[entry] = str(int(diff[entry]) + 1)
    vector["hash"] = canonical_hash({name: value for name, value in vector.items() if name != "hash"})
    header["_info"] |= {"count": 1, "hash": hash_of_hashes([vector["hash"]])}
    return number, entry, header, vector


def altered_file(folder: Path) -> tuple[int, str, Path]:
    """Write the altered recording as a file of vectors."""
    number, entry, header, vector = altered()
    path = folder / "altered.jsonl"
    path.write_text(f"{json.dumps(header)}\n{json.dumps(vector)}\n", encoding="utf-8")
    return number, entry, path


def counterexample_file(folder: Path) -> tuple[int, str, Path]:
    """Write it as a counterexample that an adapter is said to have answered otherwise."""
    number, entry, header, vector = altered()
    path = folder / "call-add_stake.json"
    difference = {"place": entry, "kind": "differs", "expected": "1", "actual": "2", "delta": "1"}
    adapter = {"endpoint": "cmd:./mine", "name": "mine", "language": "Go", "version": "0.3"}
    body = {"format": "dtao-counterexample/1", "adapter": adapter, "differences": [difference], "rules": ["POOL-3"],
            "header": header, "vector": vector}  # fmt: skip
    path.write_text(json.dumps(body), encoding="utf-8")
    return number, entry, path


def state_file(folder: Path, **others: object) -> Path:
    """Write a state of the real runtime as ``dtao import --accounts ss58`` does, compressed."""
    imported = imported_file(Path(__file__).parents[1] / "tools/lab/raw/277-market.json.gz")
    state = in_form(imported.era, imported.flat, "ss58")
    path = folder / "state.json.gz"
    content = {"spec_version": imported.spec_version, "source": "raw.json", "state": state} | others
    path.write_bytes(gzip.compress(json.dumps(content).encode(), mtime=0))
    return path

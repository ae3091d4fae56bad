"""Every kernel that was recorded from the runtime, and what a kernel refuses."""

import gzip
import json
from pathlib import Path

import pytest

from dtao import kernels
from dtao.errors import InputError, UnknownName

ONE = str(2**32)
LAUNCH_SUITES = [
    "epoch_math",
    "fixed_I110F18",
    "fixed_I32F32",
    "fixed_I64F64",
    "fixed_I96F32",
    "fixed_U64F64",
    "fixed_U96F32",
    "issuance",
    "transcendental",
]
SUITES = [*(("launch", suite, 233) for suite in LAUNCH_SUITES), ("283", "swap", 283), ("298", "swap", 298)]


@pytest.mark.parametrize(("era", "suite", "spec_version"), SUITES)
def test_every_recorded_kernel(root: Path, era: str, suite: str, spec_version: int) -> None:
    with gzip.open(root / "spec" / "vectors" / era / "kernel" / f"{suite}.jsonl.gz", "rt") as lines:
        header, *vectors = map(json.loads, lines)
    diverging = [
        vector
        for vector in vectors
        if kernels.evaluate(vector["kernel"], vector["args"], spec_version) != vector["value"]
    ]
    assert diverging == []
    assert len(vectors) == header["_info"]["count"]


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("safe_ln", [], "not an object"),
        ("safe_ln", {}, "a missing"),
        ("safe_ln", {"a": ONE, "b": ONE}, "b unknown"),
        ("safe_ln", {"A": ONE}, "a missing"),
        ("safe_ln", {"a": 1.5}, "decimal string"),
        ("safe_ln", {"a": 1}, "decimal string"),
        ("safe_ln", {"a": "1.5"}, "decimal string"),
        ("safe_ln", {"a": None}, "decimal string"),
        ("safe_ln", {"a": str(2**63)}, "between"),
        ("U64F64.floor", {"a": "-1"}, "between"),
        ("check_vec_max_limited", {"x": [65_536], "limit": 1}, "between"),
        ("check_vec_max_limited", {"x": [1.0], "limit": 1}, "JSON integer"),
        ("check_vec_max_limited", {"x": [True], "limit": 1}, "JSON integer"),
        ("is_topk", {"x": ["1"], "k": -1}, "between"),
        ("normalize", {"x": "1"}, "not a list"),
        ("row_normalize_sparse", {"m": [[[0]]]}, "m"),
        ("quantile", {"x": ["1"], "q": str(0x7FF8 << 48)}, "finite"),
        ("I32F32.saturating_div", {"a": "1", "b": "0"}, "panics"),
        ("I32F32.saturating_from_num_f64", {"a": str(0x7FF8 << 48)}, "not a number"),
        ("ln.I32F32", {"a": "1"}, "reciprocal"),
        ("matmul_sparse", {"m": [[[3, ONE]]], "x": [ONE], "columns": 3}, "column 3"),
        ("matmul_sparse", {"m": [[], []], "x": [ONE], "columns": 3}, "2 rows"),
        ("matmul_transpose_sparse", {"m": [[[1, ONE]]], "x": [ONE]}, "column 1"),
        ("col_clip_sparse", {"m": [[[1, ONE]]], "x": [ONE]}, "column 1"),
        ("col_normalize_sparse", {"m": [[[1, ONE]]], "columns": 1}, "column 1"),
        ("col_max_upscale_sparse", {"m": [[[1, ONE]]], "columns": 1}, "column 1"),
        ("weighted_median_col_sparse", {"stake": [ONE], "score": [], "columns": 1, "majority": "0"}, "1 rows"),
        ("mat_ema_sparse", {"m": [[]], "old": [], "a": "0"}, "1 rows"),
        ("mat_ema_sparse", {"m": [[[1, ONE]]], "old": [[]], "a": "0"}, "column 1"),
        ("mat_ema_alpha_vec_sparse", {"m": [], "old": [[]], "x": []}, "1 rows"),
        ("interpolate_sparse", {"m": [], "old": [[]], "columns": 1, "a": "1"}, "1 rows"),
    ],
)
def test_what_a_kernel_refuses(name: str, args: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        kernels.evaluate(name, args)


def test_an_unknown_kernel_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownName, match=r"'I96F32.saturating_pow'; there are .*I96F32\.saturating_mul"):
        kernels.evaluate("I96F32.saturating_pow", {})


def test_every_kernel_of_the_table_was_recorded_or_follows_from_one(root: Path) -> None:
    recorded: set[str] = set()
    for era, suite, _ in SUITES:
        with gzip.open(root / "spec" / "vectors" / era / "kernel" / f"{suite}.jsonl.gz", "rt") as lines:
            recorded |= {json.loads(line).get("kernel", "") for line in lines}
    operations = {word for name in recorded for word in name.split(".")}
    known = {*kernels.KERNELS, *kernels.KERNELS_OF_RANGES}
    unrecorded = {name for name in known if not set(name.split(".")) <= operations}
    # The saturating and checked divisions were recorded; safe_div is the latter with 0 for none. U96F32 was no target.
    assert {name.split(".")[1] for name in unrecorded} <= {"safe_div", "to_U96F32"}

"""What may import what: no circles, and layers that only look down; imports for type checking count too."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"dtao": "reference", "dtao_spec": "spec", "dtao_lab": "reference", "dtao_properties": "properties"}
ALLOWED = {
    "dtao": {"dtao"},
    "dtao_spec": {"dtao_spec", "dtao"},
    "dtao_lab": {"dtao_lab", "dtao_spec", "dtao"},
    "dtao_properties": {"dtao_properties", "dtao_lab", "dtao_spec", "dtao"},
}
"""The packages of this distribution that each may import."""
PUBLIC = {"dtao", "dtao.calls", "dtao.events", "dtao.given", "dtao.presets"}
"""The modules of dtao that are its public face, or made for what builds on it."""
ROOMS = (
    ("version",),
    ("adapters",),
    ("causes",),
    ("conformance",),
    ("report",),
    ("browser", "testing"),
    ("model",),
    ("laws",),
    ("reach",),
    ("fuzz", "proofs"),
    ("strategies", "mutants"),
    ("trace", "plugin"),
    ("cli",),
    ("__main__", "__init__"),
)
"""The rooms of dtao_properties, the lowest layer first: each imports itself and what is in layers below it."""

LAYERS = (
    ("collecting", "errors", "evolving", "given", "hashing", "params", "rule", "units"),
    ("fixed", "persistent", "power", "safe_float"),
    ("codec", "entries", "transcendental", "vector"),
    ("constants", "events", "internals", "sparse", "stored"),
    ("settings",),
    ("dense", "full", "records", "trades"),
    ("arguments", "items"),
    ("rules",),
    ("accumulator", "chain"),
    ("state",),
    ("item_table", "outcome"),
    ("storage",),
    ("transitions",),
    ("unpacking",),
    ("block", "calls"),
    ("genesis", "kernels", "migrations", "phases", "quotes"),
    ("oracle",),
    ("eras",),
    ("presets",),
    ("__init__",),
)
"""The modules and folders of dtao, the lowest layer first: each imports itself and what is in layers below it."""
LAYERS_OF = {"dtao": LAYERS, "dtao_properties": ROOMS}

Imports = Mapping[str, set[str]]


@cache
def imports_of(package: str, root: Path = ROOT) -> Imports:
    """Return what each module of a package imports, at its top or anywhere else: modules, named in full."""
    folder = root / PACKAGES[package]
    paths = {_name(path.relative_to(folder)): path for path in (folder / package).rglob("*.py")}
    return {
        name: set(_imported(ast.parse(path.read_text(encoding="utf-8")), set(paths))) for name, path in paths.items()
    }


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(tree: ast.AST, modules: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else node.module


def circle(imports: Imports) -> list[str]:
    """Return modules that import each other in a circle; none if there is no circle."""
    within = {name: found & imports.keys() for name, found in imports.items()}
    try:
        TopologicalSorter(within).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def upward(imports: Imports, layers_of_rooms: tuple[tuple[str, ...], ...]) -> list[str]:
    """Return the imports within a package from one room into another that is not below it."""
    layers = {room: number for number, rooms in enumerate(layers_of_rooms) for room in rooms}
    found = []
    for module, targets in sorted(imports.items()):
        room = _room(module)
        for target in sorted(targets & imports.keys()):
            other = _room(target)
            if other != room and layers[other] >= layers[room]:
                found.append(f"{module} imports {target}")
    return found


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("package", PACKAGES)
def test_there_are_no_circles(package: str) -> None:
    assert circle(imports_of(package)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_those_below_them(package: str) -> None:
    ours = {target.partition(".")[0] for targets in imports_of(package).values() for target in targets} & set(PACKAGES)
    assert ours <= ALLOWED[package]


def test_the_lab_uses_the_public_face_only() -> None:
    """So that a new era works there without new code, and the oracle's inside may change."""
    used = {target for targets in imports_of("dtao_lab").values() for target in targets if target.startswith("dtao")}
    assert {target for target in used if target.partition(".")[0] == "dtao"} <= PUBLIC


@pytest.mark.parametrize("package", LAYERS_OF)
def test_rooms_import_only_those_below_them(package: str) -> None:
    assert upward(imports_of(package), LAYERS_OF[package]) == []


def test_an_import_for_type_checking_closes_a_circle(tmp_path: Path) -> None:
    folder = tmp_path / "properties/dtao_properties"
    (folder / "model").mkdir(parents=True)
    for place in ("__init__", "model/__init__", "version"):
        (folder / f"{place}.py").write_text("")
    (folder / "model/step.py").write_text("import dtao\nfrom dtao_properties.model import other\n")
    (folder / "model/other.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from dtao_properties.model.step import Step\n"
    )
    (folder / "version.py").write_text("def late():\n    from dtao_properties.model import other\n")
    imports = imports_of("dtao_properties", tmp_path)
    assert set(circle(imports)) == {"dtao_properties.model.step", "dtao_properties.model.other"}
    assert upward(imports, ROOMS) == ["dtao_properties.version imports dtao_properties.model.other"]

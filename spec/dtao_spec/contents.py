"""The chapters in reading order; importing this module registers every rule."""

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from dtao_spec import (
    chapters,
    glossary,
    history,
    interface,
    notation,
    parameters,
    promises,
    rejections,
    violations,
)
from dtao_spec.chapters import (
    block,
    bonds,
    children,
    claims,
    concentrated,
    dividends,
    emission,
    epoch,
    flow,
    issuance,
    keys,
    locks,
    moves,
    networks,
    neurons,
    pools,
    price,
    shares,
    staking,
    staking_calls,
    state,
    weighted,
    weights,
)

CHAPTERS: tuple[ModuleType, ...] = (
    notation,
    state,
    block,
    issuance,
    pools,
    concentrated,
    weighted,
    price,
    emission,
    flow,
    shares,
    staking,
    staking_calls,
    locks,
    moves,
    neurons,
    networks,
    children,
    claims,
    weights,
    epoch,
    bonds,
    dividends,
    keys,
    parameters,
    interface,
    rejections,
    violations,
    promises,
    history,
    glossary,
)
STATING: tuple[ModuleType, ...] = (
    notation,
    *(import_module(info.name) for info in walk_packages(chapters.__path__, f"{chapters.__name__}.")),
)
"""All modules that state rules, those of chapters of several modules too."""

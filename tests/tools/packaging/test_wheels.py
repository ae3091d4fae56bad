"""Which pins hold where; that each of them has a wheel is asked of the package index by ``make wheels``."""

import tomllib

from packaging.requirements import Requirement

from tests.tools.packaging.environments import ROOT
from tests.tools.packaging.wheels import SUPPORTED, pins, resolve


def test_each_dependency_is_pinned_where_it_is_required() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for python in SUPPORTED:
        pinned = {Requirement(pin).name: Requirement(pin) for pin in pins(python)}
        for text in project["dependencies"]:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"python_version": python}):
                (pin,) = pinned[requirement.name].specifier
                assert requirement.specifier.contains(pin.version)
            else:
                assert requirement.name not in pinned


def test_a_pin_without_a_wheel_is_noticed() -> None:
    assert "immutables==0.21" in list(pins("3.13"))
    assert "No matching distribution found for immutables==0.21" in resolve("3.14", "immutables==0.21").stderr

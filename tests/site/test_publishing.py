"""The files by which the project is published agree with it and with each other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[0-9]*.yml"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def project(folder: str) -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def test_both_distributions_and_the_citation_have_one_version() -> None:
    spec, vectors, citation = project("."), project("spec/vectors"), read(ROOT / "CITATION.cff")
    assert spec["version"] == vectors["version"] == citation["version"]
    assert spec["license"] == vectors["license"] == citation["license"]


def test_the_release_publishes_both_distributions() -> None:
    jobs = read(ROOT / ".github/workflows/release.yml")["jobs"]
    published = jobs["publish"]["strategy"]["matrix"]["distribution"]
    assert published == [project(".")["name"], project("spec/vectors")["name"]]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"dist/{name}" in makefile for name in published)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_what_there_is(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}, "only a job that needs more has it"
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 90, name
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert set(re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))) <= targets


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_asks_in_fields_that_exist(path: Path) -> None:
    form = read(path)
    assert set(form) == {"name", "description", "labels", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    for field in fields:
        assert field["type"] in {"input", "textarea"}
        assert field["attributes"]["label"]
        assert isinstance(field["validations"]["required"], bool)


def test_who_diverges_is_asked_for_what_it_takes_to_see_it() -> None:
    (form,) = [read(path) for path in FORMS if "diverges" in path.stem]
    required = {field["id"] for field in form["body"] if field.get("validations", {}).get("required")}
    assert required == {"era", "vector", "command", "report", "versions"}

"""The pages of the site, before mkdocs: where they come from, where their links lead, and how they are written."""

import re
from pathlib import Path

import pytest
import yaml
from docs.eras import switch
from docs.gathering import ASSETS, texts
from docs.links import BrokenLinkError, Links
from docs.markdown import converted, docstring_converted

import dtao

ROOT = Path(__file__).parents[2]
GENERATED = {"verified.md", "plots.md", "spec/eras/index.md"}
"""Pages that are written when the site is built."""


@pytest.fixture(scope="module")
def gathered() -> tuple[dict[str, str], frozenset[str]]:
    return texts(ROOT)


def named(nav: object) -> list[str]:
    """Return the files that a navigation names."""
    if isinstance(nav, str):
        return [nav]
    return [file for one in (nav.values() if isinstance(nav, dict) else nav) for file in named(one)]  # type: ignore[attr-defined]


def navigation() -> list[str]:
    text = (ROOT / "docs/mkdocs.yml").read_text(encoding="utf-8")
    return named(yaml.safe_load(text[text.index("\nnav:") :])["nav"])


def test_the_navigation_names_pages_that_are_there_and_every_chapter(
    gathered: tuple[dict[str, str], frozenset[str]],
) -> None:
    written = {path.relative_to(ROOT / "docs/pages").as_posix() for path in (ROOT / "docs/pages").rglob("*.md")}
    there = written | gathered[0].keys() | GENERATED
    listed = navigation()
    assert len(set(listed)) == len(listed)
    assert set(listed) <= there
    assert {page for page in gathered[0] if page.startswith(("spec/", "formats/", "guide/"))} <= set(listed)
    assert {page for page in there if page.startswith("api/")} <= set(listed)


def test_every_link_of_the_repository_leads_to_a_page(gathered: tuple[dict[str, str], frozenset[str]]) -> None:
    pages, sources = gathered
    for path, text in pages.items():
        for _, address in re.findall(r"(?<!!)\[([^\[\]]*)\]\(([^()\s]+)\)", re.sub(r"(?s)```.*?```", "", text)):
            if not re.match(r"[a-z]+:|#", address):
                page = (ROOT / path).parent.joinpath(address.partition("#")[0]).resolve().relative_to(ROOT).as_posix()
                assert page in pages or page.removeprefix("source/").removesuffix(".md") in sources, (path, address)


def test_a_link_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(BrokenLinkError, match=r"docs/pictures/nothing\.png: there is no such image"):
        Links(ROOT).led("![it](docs/pictures/nothing.png)", "README.md")
    with pytest.raises(BrokenLinkError, match=r"reference/dtao/nothing\.py: there is no such file"):
        Links(ROOT).led("[it](../../reference/dtao/nothing.py)", "spec/pages/emission.md")


def test_links_are_led_to_pages_and_to_the_line_of_a_function() -> None:
    links = Links(ROOT)
    text = "[`era`](../../reference/dtao/eras/__init__.py), [p](price.md#price-1), [it](https://json.org) and [a](#b)"
    led = links.led(text, "spec/pages/emission.md")
    assert re.match(
        r"\[`era`\]\(\.\./source/reference/dtao/eras/__init__\.py\.md#L-\d+\), \[p\]\(price\.md#price-1\), "
        r"\[it\]\(https://json\.org\) and \[a\]\(#b\)$",
        led,
    )
    assert links.sources == {"reference/dtao/eras/__init__.py"}
    image = links.led("![it](../pictures/root_share.png)", "docs/guide/asking.md")
    assert image == "![it](../pictures/root_share.png)"
    assert links.led("![it](docs/pictures/root_share.png)", "README.md") == image
    assert links.led("```\n[x](nowhere.md)\n```", "README.md") == "```\n[x](nowhere.md)\n```"


@pytest.mark.parametrize(
    ("github", "site"),
    [
        ("The sum $`a_1`$.", r"The sum \(a_1\)."),
        ("```math\nx = 1\n```", "\\[\nx = 1\n\\]"),
        ("| a | $`\\|x\\|`$ `p\\|q` |", r"| a | \(\vert x\vert \) `p|q` |"),
        ("Two:\n- one\n- two", "Two:\n\n- one\n- two"),
        ("- one\n- two", "- one\n- two"),
        ("```\nTwo:\n- $`a`$\n```", "```\nTwo:\n- $`a`$\n```"),
        (
            "<details>\n<summary>Before</summary>\n\nText\n\n</details>",
            '<details markdown="1">\n<summary markdown="span">Before</summary>\n\nText\n\n</details>',
        ),
    ],
)
def test_what_github_shows_is_written_for_the_site(github: str, site: str) -> None:
    assert converted(github) == site


def test_the_switch_has_every_era_and_shows_the_chosen_one() -> None:
    control = switch("..", 233)
    assert re.findall(r'value="(\d+)"', control) == [str(era.spec_version) for era in reversed(dtao.ERAS)]
    assert re.findall(r'value="(\d+)" selected', control) == ["233"]
    assert 'value="" selected' in switch("../eras")


def test_docstrings_become_markdown() -> None:
    text = "See :func:`dtao.era`.\n\n>>> 1 + 1\n2\n\nMore."
    assert docstring_converted(text) == "See `dtao.era`.\n\n```python\n>>> 1 + 1\n2\n```\n\nMore."


def test_nothing_is_loaded_from_another_host() -> None:
    files = [path for path in (ROOT / "docs/pages").rglob("*") if path.suffix in {".css", ".js", ".mjs"}]
    assert files
    for path in files:
        assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path
    configuration = (ROOT / "docs/mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in configuration
    assert all(f"assets/{name}/" in configuration for name in ("katex", "mermaid") if name in ASSETS)

"""Where a file of the repository stands on the site, and how links in its text are led there."""

import ast
import re
from collections.abc import Mapping
from functools import cache
from os.path import normpath, relpath
from pathlib import Path, PurePosixPath

from attrs import field, frozen

from docs.markdown import prose_changed

PAGES = {
    "README.md": "guide/index.md",
    "SPEC.md": "spec/index.md",
    "FINDINGS.md": "findings.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "SECURITY.md": "project/security.md",
    "examples/README.md": "examples/index.md",
}
"""Files of the repository that are pages of the site."""
FOLDERS = {"docs/guide": "guide", "spec/pages": "spec", "spec/formats": "formats", "examples": "examples"}
"""Folders of which every Markdown file is a page, and the folders of the site that these are in."""
SOURCES = "source"
PICTURES = "docs/pictures"
"""The folder of images, which is ``pictures`` on the site."""
LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(([^()\s]+)\)")


class BrokenLinkError(Exception):
    """A link in the repository that leads nowhere."""


@frozen
class Links:
    """Leads links to the site, and notes which sources are linked, so that they become pages too."""

    root: Path
    sources: set[str] = field(factory=set)

    def page_of(self, path: str) -> str:
        """Return the page of a file or folder of the repository, from the root of the site."""
        folder, _, name = path.rpartition("/")
        if path in PAGES:
            return PAGES[path]
        if folder in FOLDERS and name.endswith(".md"):
            return f"{FOLDERS[folder]}/{name}"
        if name == "README.md" and folder.startswith("examples/"):
            return f"{folder}.md"
        if path in FOLDERS:
            return f"{FOLDERS[path]}/index.md"
        if (self.root / path / "README.md").is_file():
            return self.page_of(f"{path}/README.md")
        if not (self.root / path).is_file():
            raise BrokenLinkError(f"{path}: there is no such file. Correct the link to it.")
        self.sources.add(path)
        return f"{SOURCES}/{path}.md"

    def image_of(self, path: str) -> str:
        """Return where an image of the repository is on the site."""
        if not path.startswith(f"{PICTURES}/") or not (self.root / path).is_file():
            raise BrokenLinkError(f"{path}: there is no such image in {PICTURES}. Put it there.")
        return path.removeprefix("docs/")

    def led(self, text: str, path: str) -> str:
        """Return the Markdown of a file with its links to other files led to their pages."""
        folder, page = PurePosixPath(path).parent, self.page_of(path)

        def target(link: re.Match[str]) -> str:
            mark, shown, address = link.groups()
            if re.match(r"[a-z]+:|#", address):
                return link[0]
            there, _, anchor = address.partition("#")
            file = normpath(folder / there)
            to = relpath(self.image_of(file) if mark else self.page_of(file), PurePosixPath(page).parent)
            if not anchor and file.endswith(".py"):
                line = definitions(self.root / file).get(shown.strip("`"))
                anchor = f"L-{line}" if line else ""
            return f"{mark}[{shown}]({to}{'#' if anchor else ''}{anchor})"

        return prose_changed(text, lambda part: LINK.sub(target, part))


@cache
def definitions(path: Path) -> Mapping[str, int]:
    """Return the lines in which a module defines its functions and classes, methods as ``Pool.price``."""
    found: dict[str, int] = {}

    def note(body: list[ast.stmt], within: str) -> None:
        for one in body:
            if isinstance(one, ast.FunctionDef | ast.ClassDef):
                found[f"{within}{one.name}"] = one.lineno
            if isinstance(one, ast.ClassDef):
                note(one.body, f"{within}{one.name}.")

    note(ast.parse(path.read_text(encoding="utf-8")).body, "")
    return found

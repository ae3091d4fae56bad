"""All pages of the site, gathered from the repository."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from docs.eras import era_pages, switch
from docs.links import FOLDERS, PAGES, PICTURES, SOURCES, Links
from docs.markdown import converted
from docs.oracle import write_oracle
from docs.sources import source_page

HERE = Path(__file__).parent
GENERATED = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)
CHAPTER = re.compile(r'<a id="(chapter-[a-z-]+)"></a>')


def included(root: Path) -> Iterator[str]:
    """Yield the Markdown files of the repository that are pages."""
    yield from PAGES
    for folder in FOLDERS:
        yield from (path.relative_to(root).as_posix() for path in sorted((root / folder).glob("*.md"))
                    if path.relative_to(root).as_posix() not in PAGES)  # fmt: skip
    yield from (path.relative_to(root).as_posix() for path in sorted((root / "examples").glob("*/README.md")))


def texts(root: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Return the pages that are text of the repository, by their places on the site, and the sources that they link."""
    links = Links(root)
    pages = {links.page_of(path): _page(root, path, links) for path in included(root)}
    return pages, frozenset(links.sources)


def _page(root: Path, path: str, links: Links) -> str:
    text = GENERATED.sub("", (root / path).read_text(encoding="utf-8"))
    text = converted(links.led(text, path))
    chapter = CHAPTER.match(text)
    if PurePosixPath(path).parent.as_posix() == "spec/pages" and chapter is not None:
        text = f"{switch('../eras', anchor=chapter[1])}\n\n{text}"
    return text


ASSETS = {
    "katex": ("katex/dist", ("katex.min.css", "katex.min.js", "fonts/*.woff2")),
    "mermaid": ("@mermaid-js/tiny/dist", ("mermaid.tiny.js",)),
    "pyodide": ("pyodide", ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "*.zip")),
}
"""What the site serves itself: by its folder on the site, the folder of the npm package and the files."""
SAMPLE = "spec/vectors/425/scenario/pool.jsonl.gz"
"""The recording that the page of the oracle offers."""


def gather(root: Path, folder: Path) -> None:
    """Write all pages into a folder, in place of what was there."""
    from docs.figures import verified_page
    from docs.plots import plots_page

    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "pages", folder)
    shutil.copytree(root / PICTURES, folder / "pictures")
    pages, sources = texts(root)
    for path in sources:
        pages[f"{SOURCES}/{path}.md"] = source_page(path, (root / path).read_text(encoding="utf-8"))
    pages |= {path: converted(text) for path, text in era_pages().items()}
    pages["verified.md"] = converted(verified_page())
    pages["plots.md"] = plots_page(root, folder.with_name("simulations"), folder / "plots")
    for name, (package, patterns) in ASSETS.items():
        _copy(HERE / "node_modules" / package, folder / "assets" / name, patterns)
    write_oracle(root, folder / "assets" / "oracle.zip")
    shutil.copyfile(root / SAMPLE, folder / "assets" / "sample.jsonl.gz")
    for path, text in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def _copy(package: Path, folder: Path, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        found = sorted(package.glob(pattern))
        if not found:
            raise FileNotFoundError(f"{package / pattern}: not there. Install the npm packages, as `make docs` does.")
        for file in found:
            target = folder / file.relative_to(package)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)

"""The command ``dtao import``: a chain's storage becomes a state that the other commands take."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

import dtao
from dtao.errors import InputError
from dtao_lab.files import write_json
from dtao_lab.forms import in_form
from dtao_lab.importing import Imported, Told, imported_file, imported_node
from dtao_lab.node import TIMEOUT, Node
from dtao_properties.cli.mistakes import mistakes_reported

LONGEST = 24 * 3600
"""Seconds that one answer may be waited for at most."""
SECONDS_BETWEEN_LINES = 15
"""How often the progress is told where there is no terminal."""


def import_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL",
            help="A raw chain specification, .json or .json.gz; or a node: http(s)://… or ws(s)://….",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where the state goes, compressed if it ends in .gz."),
    ] = None,
    block: Annotated[
        str | None,
        typer.Option(metavar="N|HASH", help="The block of a node; by default the last final one."),
    ] = None,
    netuid: Annotated[
        list[int] | None,
        typer.Option(
            metavar="N", min=0, max=2**16 - 1, help="Only this subnet, and what is of none. Repeatable; root is 0."
        ),
    ] = None,
    accounts: Annotated[
        str, typer.Option(metavar="FORM", help="How accounts are written: decimal, as in the vectors; hex; or ss58.")
    ] = "decimal",
    flat: Annotated[
        bool, typer.Option("--flat", help="Write the entries alone, without the version and the source.")
    ] = False,
    era: Annotated[
        str | None, typer.Option(metavar="ERA", help="The era of a file that does not say its version.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.01, help="How long one answer of a node may take.")
    ] = TIMEOUT,
) -> None:
    """Make a state of a chain's storage: of a node's state export, or of an archive node at a block.

    The version of the runtime says the era. The state has the items of the economy, as the vectors write them; --state
    of `dtao quote`, `dtao explain` and `dtao conform` takes it. Without -o it is printed. Exit code 2: it could not be
    made.

    \b
    Examples:
      node-subtensor export-state --chain finney > raw.json
      dtao import raw.json -o state.json
      dtao import raw.json.gz --netuid 0 --netuid 7 -o subnet7.json.gz
      dtao import https://archive.example:443 --block 5000000 -o state.json.gz
      dtao import wss://archive.example --block 5000000 --netuid 7 --accounts ss58
      dtao quote buy 10 --state state.json --netuid 7
      dtao explain block --state state.json --netuid 7
      dtao conform --state state.json --adapter cmd:./my-adapter
    """
    with mistakes_reported():
        if output is not None and not output.resolve().parent.is_dir():
            raise InputError(f"-o {output}: there is no such folder. Make it first.")
        is_node = "://" in source
        if not timeout <= LONGEST:
            raise InputError(f"--timeout {timeout:g}: an answer takes {LONGEST} seconds at most. Give less.")
        if is_node and era is not None:
            raise InputError("--era: a node says its version itself. Leave it out.")
        if not is_node and block is not None:
            raise InputError("--block: a file has one state only. Leave it out, or name a node: https://….")
        with _progress() as told:
            if is_node:
                with Node(source, timeout) as node:
                    imported = imported_node(node, block, netuid, told)
            else:
                imported = imported_file(Path(source), None if era is None else dtao.era(era), netuid, told)
        content = _content(imported, accounts, flat)
        if output is None:
            typer.echo(json.dumps(content, indent=1))
        else:
            write_json(output, content)
            typer.echo(_summary(imported, output))


def _content(imported: Imported, accounts: str, flat: bool) -> dict[str, object]:
    entries = in_form(imported.era, imported.flat, accounts)
    if flat:
        return entries
    only = {} if imported.netuids is None else {"netuids": list(imported.netuids)}
    return {"spec_version": imported.spec_version, "source": imported.source, **only, "state": entries}


def _summary(imported: Imported, output: Path) -> str:
    entries = imported.flat
    subnets = sum(entry.startswith("NetworksAdded/") for entry in entries)
    number = imported.era.get(imported.state, "BlockNumber")
    return (
        f"{output}: {len(entries)} entries of {subnets} subnets at block {number}, version {imported.spec_version} "
        f"(era {imported.era.name})"
    )


@contextmanager
def _progress() -> Iterator[Told]:
    """Show on standard error how far it is: as a bar in a terminal, as a line now and then elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("import", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)


def _lines() -> Told:
    last = time.monotonic()

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"dtao import: {what}: {done} of {of}", file=sys.stderr, flush=True)

    return tell

"""The options and arguments that several commands share, and what they refuse."""

import os
from pathlib import Path
from typing import Annotated

import typer

from dtao.errors import InputError
from dtao_properties.adapters.endpoint import ENDPOINTS

PROCESSES_A_CORE = 8

Vectors = Annotated[
    list[Path] | None,
    typer.Option(
        "--vectors",
        metavar="PATH",
        help="A vector file, or a folder searched recursively for .jsonl and .jsonl.gz. Repeatable. "
        "Replaces the bundled vectors.",
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--adapter",
        metavar="ENDPOINT",
        help=f"What is judged: {ENDPOINTS}. Without it, the command in --adapter-config, else the bundled reference.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--adapter-config", metavar="FILE", help="An adapter.toml: command, timeout, and mapped names."),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        min=0.01,
        help="How long cmd: and tcp: may take for an answer; by default 10, and 30 for hello, load and blocks.",
    ),
]
Levels = Annotated[
    list[str] | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="Judge at this level: kernel, quote, call or block. Repeatable; by default at all that are announced.",
    ),
]
OneLevel = Annotated[
    list[str] | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="Search at this level: kernel, quote, call or block. Repeatable; by default at all that are announced, "
        "but not at call besides block.",
    ),
]
IdOrFile = Annotated[
    str,
    typer.Argument(
        metavar="ID|FILE",
        help="The id of a vector, an ending of it such as pool/p000 (of the launch, unless --era names another era), "
        "or a counterexample's file.",
    ),
]
OneEra = Annotated[
    str | None, typer.Option(metavar="ERA", help="The era that the ending of an id is of, by name or spec version.")
]


def no_folder(identifier: str) -> None:
    """Refuse a folder where one vector or one counterexample is meant."""
    if Path(identifier).is_dir():
        raise InputError(
            f"{identifier}: a folder. Name one counterexample in it, or the id of a vector; "
            f"dtao conform --vectors {identifier} judges by all vectors in it."
        )


def workers_of(number: int) -> int:
    """Return the number of processes. Rejects, as InputError, many more than this machine can run side by side."""
    most = PROCESSES_A_CORE * (os.cpu_count() or 1)
    if number > most:
        raise InputError(f"--workers {number}: at most {most} of them are of use on this machine. Give fewer.")
    return number

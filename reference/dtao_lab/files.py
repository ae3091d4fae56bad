"""JSON files, compressed by gzip or not."""

import gzip
import json
import zlib
from pathlib import Path
from typing import NoReturn

from dtao import InputError
from dtao.given import members

GZIP = b"\x1f\x8b"
"""What a file that is compressed by gzip begins with."""


def read_json(path: Path, place: str, remedy: str) -> object:
    """Return what a file holds. Rejects, as InputError, what cannot be read, and what is no JSON, with a remedy."""
    try:
        data = path.read_bytes()
        text = gzip.decompress(data) if data.startswith(GZIP) else data
        return json.loads(text, object_pairs_hook=members, parse_constant=_no_number)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{place}: damaged gzip ({error}). Compress the file anew.") from error
    except OSError as error:
        raise InputError(f"{place}: cannot be read ({error.strerror}). Check the path.") from error
    except MemoryError as error:
        raise InputError(
            f"{place}: it does not fit into the memory. Give a smaller one: some subnets alone."
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not JSON ({error}). {remedy}") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def write_json(path: Path, content: object) -> None:
    """Write a file, compressed if its name ends in ``.gz``. Raises OSError where that fails."""
    data = json.dumps(content, indent=1).encode() + b"\n"
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)

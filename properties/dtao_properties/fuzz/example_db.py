"""Where Hypothesis keeps its examples: one database for several machines, or a folder."""

import os
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from dtao.errors import InputError

FOLDER = Path(".hypothesis") / "examples"
KEPT = timedelta(days=90)
"""How long Redis keeps an example that nobody has used."""


def example_database(environment: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> ExampleDatabase:
    """Return the example database: Redis if ``REDIS_URL`` names one, so that machines add to one corpus, else a folder.

    Rejects, as InputError, a ``REDIS_URL`` where the package ``redis`` is not installed.
    """
    url = environment.get("REDIS_URL")
    if not url:
        return DirectoryBasedExampleDatabase(folder)
    try:
        redis = import_module("redis")
        shared = import_module("hypothesis.extra.redis")
    except ImportError as error:
        raise InputError("REDIS_URL is set, but redis is not installed. Install dtao-spec[campaign].") from error
    made: ExampleDatabase = shared.RedisExampleDatabase(redis.Redis.from_url(url), expire_after=KEPT)
    return made

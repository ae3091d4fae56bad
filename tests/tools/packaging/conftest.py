"""What the packaging tests share, because it takes long: the wheel, and an environment with the extra [conform]."""

from pathlib import Path

import pytest

from tests.tools.packaging import environments


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built wheel."""
    return environments.built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def conform_commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment with the extra [conform]."""
    return environments.installed(wheel, tmp_path_factory.mktemp("conform") / "environment", "[conform]")

"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError, version


def distribution_version() -> str:
    """Return the version of the installed distribution, or say that there is none."""
    try:
        return version("dtao-spec")
    except PackageNotFoundError:
        return "not installed"


def version_text() -> str:
    """Return what ``dtao --version`` prints."""
    return f"dtao-spec {distribution_version()}"

"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError, version


def distribution_version() -> str:
    """Return the version of the installed distribution, or say that there is none."""
    try:
        return version("dtao-spec")
    except PackageNotFoundError:
        return "not installed"

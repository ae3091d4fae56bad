"""The version of the installed distribution."""


def distribution_version() -> str:
    """Return the version of the installed distribution, or say that there is none."""
    from importlib.metadata import PackageNotFoundError, version  # not at every start: it loads a parser of e-mail

    try:
        return version("dtao-spec")
    except PackageNotFoundError:
        return "not installed"


def version_text() -> str:
    """Return what ``dtao --version`` prints."""
    return f"dtao-spec {distribution_version()}"

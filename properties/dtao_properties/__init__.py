"""Judge an implementation of the dTAO economy by the recorded vectors and, later, by its properties.

The parts that need no extra dependency are the vector files (:mod:`dtao_properties.vectors`), the adapter
protocol (:mod:`dtao_properties.protocol`, :mod:`dtao_properties.adapter`) and the judge itself
(:mod:`dtao_properties.conformance`). The command line ``dtao`` needs the extra ``[conform]``.
"""

from importlib.metadata import PackageNotFoundError, version


def distribution_version() -> str:
    """Return the version of the installed distribution, or say that there is none."""
    try:
        return version("dtao-spec")
    except PackageNotFoundError:
        return "not installed"

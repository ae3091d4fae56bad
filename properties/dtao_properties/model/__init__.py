"""What a step must do to storage, from what the rules say and without the code that is held against it.

:class:`~dtao_properties.model.storage_model.StorageModel` takes the entries from before a step to after it: TAO and
alpha posting by posting on ledgers with two sides, everything else as it is written. What falls between the two sides
of a ledger is a leak with a name, its own term and the versions that have it (:mod:`dtao_properties.model.leaks`), so
that any other rao that is lost or gained shows. :func:`dtao_properties.model.audit.audit` compares. What a step may
touch at all is its write set (:mod:`dtao_properties.model.write_sets`).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dtao

LAST_MODELLED = 300
"""The last version of the runtime whose storage the model follows, and of which all laws are stated.

The money it follows in all versions.
"""


def modelled() -> "tuple[dtao.Era, ...]":
    """Return the eras whose steps the model follows, and of which the laws are stated."""
    import dtao  # the model is imported by what the reference's tests import

    return tuple(era for era in dtao.ERAS if era.spec_version <= LAST_MODELLED)

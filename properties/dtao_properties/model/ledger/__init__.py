"""The ledger: every rao of TAO and alpha that a step mints, moves, sells, pays or loses, entry by entry.

:func:`dtao_properties.model.ledger.account.accounted` keeps the books of one call or one block from what the rules say,
without the code that they are held against, and :mod:`dtao_properties.model.ledger.leaks` names what falls between the
accounts: the known leaks, each with its own term and the versions that have it, so that any other rao that is lost or
gained shows.
"""

from dtao_properties.model.ledger.account import Account, accounted
from dtao_properties.model.ledger.books import Leak
from dtao_properties.model.ledger.leaks import LEAKS, NamedLeak

__all__ = ["LEAKS", "Account", "Leak", "NamedLeak", "accounted"]

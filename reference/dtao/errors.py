"""What a user can get wrong, told apart from what the chain rejects.

A rejected call is an ordinary :class:`dtao.Outcome` with an error name. A mistake of the person who
uses this library (a float, a negative amount, an unknown storage item) is an :class:`InputError`.
"""


class InputError(ValueError):
    """The caller's input is malformed or impossible; the message names the place and the remedy."""


class UnknownName(InputError):
    """An era, a call, a storage item, a phase or a read that does not exist; the message lists what does."""

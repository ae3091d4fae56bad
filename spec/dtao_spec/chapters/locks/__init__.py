r"""Locked stake.

[until 410] No stake is locked.

[since 411] **Conviction.** A coldkey may lock stake on a subnet in favour of a hotkey. Stake that is locked cannot
leave the subnet; it earns what other stake earns. The longer it is locked the more conviction it gives to the hotkey,
up to its mass.

[since 425] When an epoch of the subnet comes, the hotkey with the most conviction may become its owner hotkey
([LOCK-14](#lock-14)).

[since 411 until 424] Conviction is meant to decide who owns a subnet ([LOCK-14](#lock-14)), but nothing makes it do so.

[since 411] A lock has a mass, in alpha rao, a conviction, and the block of which both are. Nothing changes them in each
block: whoever reads a lock rolls it forward to the present block ([LOCK-2](#lock-2)). A lock dwindles from the moment
it is made, unless its coldkey chose that its locks on the subnet are perpetual. A lock in favour of the owner hotkey of
the subnet has its full mass as conviction at once.

[since 411] A coldkey has at most one lock on a subnet, but for what swaps of hotkeys leave. What all have locked is
kept in sums beside the locks ([LOCK-6](#lock-6)): `HotkeyLock` and `DecayingHotkeyLock` for each hotkey, `OwnerLock`
and `DecayingOwnerLock` for the owner hotkey, so that the conviction of a hotkey is read without going through all
locks.
"""

from dtao_spec.chapters.locks import conviction, effects, ended, lock_calls, sums

__all__ = ["conviction", "effects", "ended", "lock_calls", "sums"]

"""The account of one step: the books that the rules ask for, and where what happened departs from them."""

from fractions import Fraction

from attrs import frozen

from dtao.state import State
from dtao.units import ROOT
from dtao_properties.model.ledger import blocks, calls
from dtao_properties.model.ledger.books import (
    ALPHA_BOOK,
    BALANCE_BOOK,
    POOL_BOOK,
    READERS,
    ROOT_BOOK,
    TAO_BOOK,
    Books,
    Leak,
    held,
)
from dtao_properties.model.ledger.payout import WHOLE, Pending, paid_out
from dtao_properties.model.ledger.terms import terms_of
from dtao_properties.model.step import Key, Step, entry_of

STAKE_EVENTS = frozenset({"StakeAdded", "StakeRemoved", "StakeMoved", "StakeTransferred", "StakeSwapped"})


@frozen
class Departure:
    """An account that holds something else than the ledger says."""

    key: Key
    expected: int
    actual: int

    def __str__(self) -> str:
        return f"{entry_of(self.key)} is {self.actual}, {self.actual - self.expected:+} of the ledger's {self.expected}"


@frozen
class Account:
    """What the ledger says of a step."""

    books: Books
    departures: tuple[Departure, ...]
    missing_events: tuple[tuple[str, ...], ...]
    """Stake events that the ledger has and the step did not tell of."""
    wrong_events: tuple[tuple[str, ...], ...]
    """Stake events that the step told of and the ledger does not have."""

    @property
    def leaks(self) -> list[Leak]:
        """The leaks of the step, by name."""
        return self.books.leaks


def accounted(step: Step) -> Account | None:
    """Keep the books of a step and compare; None where no ledger covers it.

    Covered are calls, single blocks, and the phases ``run_coinbase`` and ``drain_pending_emission``.
    """
    books = Books(step.before, terms_of(step.era))
    if not kept(books, step):
        return None
    keys = {*books.accounts, *(key for key in step.changed if key[0] in READERS)}
    departures = [
        Departure(key, books.held(*key), held(step.after, key))
        for key in sorted(keys, key=str)
        if books.held(*key) != held(step.after, key)
    ]
    told = [event for event in step.events if event[0] in STAKE_EVENTS]
    missing = tuple(event for event in books.events if event not in told)
    wrong = tuple(event for event in told if event not in books.events)
    if not missing and not wrong and told != books.events:
        missing, wrong = tuple(books.events), tuple(told)  # the order is wrong, or the number
    return Account(books, tuple(departures), missing, wrong)


def kept(books: Books, step: Step) -> bool:
    """Post what the rules ask for, and tell whether the ledger covers the step."""
    if step.do == "call":
        if step.error is None:
            calls.CALLS[step.name](books, step)
        return True
    if step.is_block:
        blocks.block_done(books, step)
        return True
    if step.name == "run_coinbase":
        emission = Fraction(step.argument("block_emission"), WHOLE)
        blocks.coinbase_done(books, step, emission, step.before.block_number)
        return True
    if step.name == "drain_pending_emission" and step.argument("netuid"):  # no block drains root
        args = ("pending_alpha", "pending_tao", "pending_swapped", "owner_cut")
        pending = Pending(*(step.argument(name) for name in args))
        netuid = step.argument("netuid")
        books.leak("given from outside", ALPHA_BOOK, -pending.alpha - pending.owner_cut, netuid)
        paid_out(books, step, netuid, pending, step.before.block_number)
        return True
    return False


def parted(state: State) -> dict[str, int]:
    """Return by how much the two sides of each book part in a state: what has leaked so far."""
    pools = sum(pool.tao for pool in state.pools.values())
    balances = sum(state.balances.values())
    waiting = sum(emission.pending_root_divs for emission in state.emissions.values())
    stakes = {
        netuid: sum(pool.total_alpha for pool in subnet.share_pools.values())
        for netuid, subnet in state.subnets.items()
    }
    alpha = sum(int(pool.alpha_out) for netuid, pool in state.pools.items() if netuid)
    alpha -= sum(int(stake) for netuid, stake in stakes.items() if netuid)
    alpha -= sum(
        emission.pending_emission + emission.pending_owner_cut for netuid, emission in state.emissions.items() if netuid
    )
    return {
        TAO_BOOK: state.total_issuance - balances - state.total_stake - waiting,
        POOL_BOOK: state.total_stake - pools,
        ROOT_BOOK: state.pool(ROOT).tao - stakes.get(ROOT, 0),
        ALPHA_BOOK: alpha,
        BALANCE_BOOK: state.balances_total_issuance - balances,
    }

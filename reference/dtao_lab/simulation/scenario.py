"""What a scenario is made of: one frozen class for each kind of table of its file.

Times count from the start: blocks as ``300``, hours as ``"12h"`` (300 blocks an hour), days as ``"30d"`` (7,200 a day).
Amounts are whole TAO or alpha, ``"10.5"`` or ``"500rao"``. A subnet is its netuid; 0 is root, whose stake is TAO.
"""

from collections.abc import Mapping

from attrs import frozen

from dtao import Era, InputError, UnknownName, era
from dtao_lab.simulation.tables import (
    BLOCKS_A_DAY,
    MAX_BLOCKS,
    amount,
    amount_or_all,
    choice,
    file_name,
    flag,
    key,
    level,
    listed,
    mapping,
    netuids,
    price,
    some_time,
    span,
    stored,
    table,
    tables,
    text,
    whole,
)

OWN, VALIDATOR, MINER = "own", "validator", "miner"
POLICIES = ("hold", "buy", "sell", "sell_emissions", "momentum", "claim", "validate", "mine")
OF = ("network", "subnet", "actor")


def era_name(value: object, place: str) -> str:
    """Read an era, by its name, a spec version, or its tag, into its name."""
    try:
        return era(value).name if type(value) is int else era(text(value, place)).name
    except UnknownName as error:
        raise InputError(f"{place}: {error}") from error


@frozen
class Start:
    """``[start]``: the state to begin with.

    That of :func:`dtao.presets.mainnet_launch`, or of a file, after the upgrades to an era.
    """

    era: str | None = key(era_name, None)
    """The name of the rules to begin with; by default those of the state's file, and else of the launch."""
    state: str | None = key(text, None)
    """A file of a state, as `dtao import` writes it, from the scenario's folder, instead of the subnets made here."""
    subnets: int = key(whole(1, 1_024), 64)
    """How many there are beside root."""
    root_stake: int = key(amount, 6_000_000 * 10**9)
    """TAO staked on root, on one hotkey, that of ``hotkey = "validator"``. The upgrade to 320 takes 69,898.9 TAO of
    what root holds off the books, as it did on mainnet."""
    issuance: int = key(amount, 8_500_000 * 10**9)
    """All TAO there is. What actors and pools are given comes out of it, so it does not grow with them."""
    neurons: bool = key(flag, True)
    """Whether each subnet has a validator, the hotkey of root's stake, and a miner for whom it sets weights."""

    @property
    def rules(self) -> Era | None:
        """The era, where it does not follow from the state's file."""
        if self.era is None and self.state is None:
            return era("launch")
        return None if self.era is None else era(self.era)


@frozen
class Subnet:
    """``[[subnet]]``: what the pool of a subnet holds at the start, instead of 1 TAO and 1 alpha."""

    netuid: int = key(whole(1, 1_024))
    tao: int = key(amount, 10**9)
    """TAO in the pool."""
    alpha: int = key(amount, 10**9)
    """Alpha in the pool."""
    moving_price: int | None = key(price, None)
    """The moving price, in TAO per alpha; by default the pool's price."""


@frozen
class Write:
    """``[[set]]``: an entry of the storage that is written, as an administrator's call does it."""

    entry: str = key(text)
    """The item and its keys: ``TaoWeight``, ``Tempo/1``; ``Tempo/*`` for all subnets but root."""
    value: object = key(stored)
    """As the flat form has it: wide integers as strings."""
    at: int = key(span, 0)
    """When; 0 is before anybody acts."""


@frozen
class Upgrade:
    """``[[upgrade]]``: the runtime is replaced, all versions up to the given one, each with its migration."""

    at: int = key(span)
    era: str = key(era_name)

    @property
    def rules(self) -> Era:
        """The era."""
        return era(self.era)


@frozen
class Actor:
    """``[[actor]]``: an account that does what a policy says, on a schedule.

    Without ``every`` it acts once. Several of a ``count`` have accounts of their own, and names with a number.
    """

    name: str = key(text)
    policy: str = key(choice(*POLICIES))
    netuids: tuple[int, ...] | None = key(netuids, (1,), "netuid")
    """Where: a netuid, a list of them, or ``"all"`` for every subnet but root."""
    tao: int = key(amount, 0)
    """Free TAO at the start, of each."""
    alpha: int = key(amount, 0)
    """Stake on each of its subnets at the start; of each."""
    amount: int | None = key(amount_or_all, None)
    """What one order is for: TAO that buys, alpha that is sold; ``"all"`` of what it has (:data:`ALL`)."""
    start: int = key(span, 0, "from")
    """When it acts first."""
    until: int | None = key(span, None)
    """When it acts last, at most."""
    every: int | None = key(some_time, None)
    """The time from one act to the next."""
    jitter: int = key(span, 0)
    """Each act comes later by a random number of blocks up to this, by the scenario's seed."""
    count: int = key(whole(1, 10_000), 1)
    stagger: int = key(span, 0)
    """Of a ``count``, the time from the first act of one to that of the next."""
    hotkey: str | None = key(choice(OWN, VALIDATOR), None)
    """Where its stake is: with the validator that root's stake is on (the default, unless the state is of a file), or
    on a hotkey of its own."""
    account: str | None = key(text, None, "as")
    """The actor whose accounts it uses instead of new ones: several policies of one holder."""
    weighs: tuple[str, ...] = key(listed(text), ())
    """Of ``validate``: the actors whose hotkeys it sets weights for."""
    also_at: tuple[int, ...] = ()
    """Times at which it acts besides; not read from a file."""


@frozen
class Run:
    """``[run]``: how long, and how often is looked."""

    blocks: int | None = key(whole(1, MAX_BLOCKS), None)
    days: int | None = key(whole(1, 10_000), None)
    sample: int = key(some_time, 7_200)
    """The time from one sample to the next; the first is at the start, the last at the end."""

    @property
    def horizon(self) -> int:
        """The number of blocks."""
        return self.blocks or (self.days or 0) * BLOCKS_A_DAY


@frozen
class Table:
    """``[table]``: what of the samples is written; by default all of it."""

    subnets: tuple[int, ...] | None = key(netuids, None)
    measures: tuple[str, ...] = key(listed(text), ())


@frozen
class Plot:
    """``[[plot]]``: a picture of the table."""

    name: str = key(file_name)
    """Of the file, without an ending."""
    y: tuple[str, ...] = key(listed(text))
    """The measures that are drawn."""
    of: str = key(choice(*OF), "subnet")
    subjects: tuple[str, ...] = key(listed(text), ())
    """Which subnets or actors; by default all."""
    title: str = key(text, "")
    """What one sees in it, in a sentence."""
    note: str = key(text, "")
    """How it comes, in a sentence or two, below the picture."""
    label: str = key(text, "")
    """Of the vertical axis."""
    scale: str = key(choice("linear", "log"), "linear")
    kind: str = key(choice("lines", "last"), "lines")
    """Lines over time, or bars of the last sample."""
    relative: bool = key(flag, False)
    """Whether each line shows by how much per cent it grew since its first sample."""
    target: str | None = key(level, None)
    """A level that is drawn, with the day on which each line first comes to it."""
    start: int = key(span, 0, "from")
    """What was before is not drawn."""


@frozen
class Scenario:
    """A whole file, or one run of it: what a sweep varies has its value then."""

    title: str = key(text)
    about: str = key(text, "")
    """What is simulated, and what to look for."""
    seed: int = key(whole(0, 2**63 - 1), 0)
    start: Start = key(table(Start), Start())
    run: Run = key(table(Run))
    subnets: tuple[Subnet, ...] = key(tables(Subnet), (), "subnet")
    writes: tuple[Write, ...] = key(tables(Write), (), "set")
    upgrades: tuple[Upgrade, ...] = key(tables(Upgrade), (), "upgrade")
    actors: tuple[Actor, ...] = key(tables(Actor), (), "actor")
    table: Table = key(table(Table), Table())
    plots: tuple[Plot, ...] = key(tables(Plot), (), "plot")
    sweep: Mapping[str, object] = key(mapping, {})
    """``[sweep]``: one run for each value of a key, ``"actor.whale.amount" = [10, 100]``; of several keys, for each
    combination. ``labels`` says what the runs are called."""
    label: str = ""
    """What the run is called among those of a sweep."""
    folder: str = "."
    """Where the file is, from which the path of a state counts."""

"""The eras: for each, when it was in force and what computes it.

An era is a row, and a rule that did not change between two eras is the same function. So far there is one row.
"""

from collections.abc import Mapping

from attrs import frozen

from dtao import block, calls, phases, storage
from dtao.calls import Call
from dtao.codec import Json
from dtao.errors import InputError, UnknownName
from dtao.genesis import GENESIS
from dtao.outcome import Outcome
from dtao.state import State
from dtao.storage import Flat
from dtao.transitions import stake
from dtao.transitions.balances import with_balance
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, NetUid, Rao


@frozen
class Era:
    """The rules that were in force between two upgrades of the runtime."""

    name: str
    spec_version: int
    """The first version of the runtime with these rules."""
    tag: str
    """The tag of the runtime's source."""
    date: str
    """When the tag was merged; the day of enactment is on the chain."""
    summary: str

    def genesis(self) -> State:
        """Return the state of a new chain at block 1: root, and one subnet that nobody owns."""
        return self.load(GENESIS)

    def load(self, flat: Flat, check: bool = True) -> State:
        """Return the state with these flat entries; see :func:`dtao.storage.load`."""
        return storage.load(flat, check)

    def dump(self, state: State) -> dict[str, Json]:
        """Return the flat entries of a state; ``load(dump(state)) == state``."""
        return storage.dump(state)

    def diff(self, before: State, after: State) -> dict[str, Json]:
        """Return the flat entries that differ, with their values in ``after``; None where there is none."""
        return storage.diff(before, after)

    def set(self, state: State, item: str, keys: Mapping[str, Json], value: Json) -> State:
        """Return the state with one storage entry written, as an administrator's call or a fixture does it.

        ``keys`` are named as in the steps of the vectors: ``netuid``, ``uid``, ``account``, ``hotkey`` … . Writing a
        Balance moves the total issuance of balances with it.
        """
        wanted = storage.item_named(item, f"set {item}").keys
        if set(keys) != set(wanted):
            raise InputError(f"set {item}: its keys are {list(wanted)}, not {sorted(keys)}")
        entry = "/".join((item, *(str(keys[key]) for key in wanted)))
        if item == "Balance":
            parsed, _, (account,) = storage.parse_entry(entry)
            balance = 0 if value is None else parsed.kind.decode(value, entry)
            return with_balance(state, AccountId(account), balance)  # type: ignore[arg-type]  # a u64
        return storage.set_entry(state, entry, value)

    def apply(self, state: State, call: Call) -> Outcome:
        """Return what becomes of a call. A refused call changes nothing: its outcome holds the same state object."""
        return calls.apply(state, call)

    def step(self, state: State, blocks: int = 1) -> State:
        """Return the state after the given number of blocks without calls."""
        return block.step(state, blocks)

    def phase(self, state: State, name: str, args: Mapping[str, Json]) -> tuple[State, Json]:
        """Call one of the runtime's internal functions; see :data:`dtao.phases.PHASES`."""
        return phases.phase(state, name, args)

    def read(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        """Call one of the runtime's internal read-only functions; see :data:`dtao.phases.READS`."""
        return phases.read(state, name, args)

    def sim_swap_tao_for_alpha(self, state: State, netuid: int, amount: int) -> Alpha | None:
        """Return the alpha rao that ``amount`` rao would buy now, without the fee; None for want of liquidity."""
        return stake.sim_swap_tao_for_alpha(state, _netuid(netuid), Rao(_amount(amount)))

    def sim_swap_alpha_for_tao(self, state: State, netuid: int, amount: int) -> Rao | None:
        """Return the rao that ``amount`` alpha rao would sell for now, without the fee; None for want of liquidity."""
        return stake.sim_swap_alpha_for_tao(state, _netuid(netuid), Alpha(_amount(amount)))


def _netuid(value: int) -> NetUid:
    if type(value) is not int or not 0 <= value <= U16_MAX:
        raise InputError(f"netuid: {value!r} is not a netuid; give an integer between 0 and {U16_MAX}")
    return NetUid(value)


def _amount(value: int) -> int:
    if type(value) is not int or not 0 <= value <= U64_MAX:
        raise InputError(f"amount: {value!r} is not an amount; give an integer number of rao between 0 and {U64_MAX}")
    return value


LAUNCH = Era(
    name="launch",
    spec_version=233,
    tag="v2.0.0",
    date="2025-02-13",
    summary=(
        "Dynamic TAO as launched: a constant-product pool for every subnet, emission by the moving average of prices,"
        " a flat staking fee, the root network paid in TAO that is bought with its share of each subnet's alpha."
    ),
)
ERAS = (LAUNCH,)


def era(which: str | int) -> Era:
    """Return an era by its name or by a spec version.

    >>> era("launch") is era(233)
    True

    Rejects, as UnknownName, an era that is not covered; the message lists those that are.
    """
    for row in ERAS:
        if which in (row.name, row.spec_version):
            return row
    known = ", ".join(f"{row.name!r} ({row.spec_version})" for row in ERAS)
    raise UnknownName(f"there is no era {which!r}; covered are {known}")

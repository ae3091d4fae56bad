"""The oracle of one era: everything that can be asked of its rules, in one place."""

from collections.abc import Mapping

from attrs import field, frozen

from dtao import block, calls, migrations, phases, storage
from dtao.calls import Call
from dtao.codec import Json
from dtao.errors import InputError
from dtao.genesis import genesis_entries
from dtao.given import shown
from dtao.migrations import Migration
from dtao.outcome import Outcome
from dtao.quotes import require_named, to_amount, to_netuid
from dtao.state import Runtime, State
from dtao.storage import Flat
from dtao.stored import Item
from dtao.transitions import stake
from dtao.transitions.balances import with_balance
from dtao.units import AccountId, Alpha, Bits, Rao

LAUNCH_VERSION = 233
"""The version whose recordings are named after the launch."""


def _key(key: object) -> str:
    """Return a key as an entry's name has it; an integer that Python refuses to write as what no entry has."""
    return shown(key) if isinstance(key, int) else str(key)


@frozen
class Era:
    """The rules that were in force between two upgrades of the runtime."""

    name: str
    last_spec_version: int
    """The last version of the runtime with these rules; the first is :attr:`spec_version`."""
    tag: str
    """The tag of the runtime's source."""
    date: str
    """When the tag was merged; the day of enactment is on the chain."""
    summary: str
    genesis_block: int = field(default=1, kw_only=True)
    """The block of the genesis of its recordings; from 257 on late enough for subnets to be started."""
    migration: Migration = field(default=migrations.migrate_nothing, kw_only=True, repr=False)
    """What the upgrade to this era does to the state."""
    new_chain: Mapping[str, object] = field(factory=dict, kw_only=True, repr=False, eq=False)
    """The flat entries of a new chain that are not what the launch began with."""
    runtime: Runtime = field(repr=False)
    """The rules in force, the storage items and the calls."""
    _call_types: frozenset[type[Call]] = field(init=False, repr=False, eq=False)

    @_call_types.default
    def _types_of_its_calls(self) -> frozenset[type[Call]]:
        return frozenset(self.runtime.calls.values())

    @property
    def spec_version(self) -> int:
        """The first version of the runtime with these rules."""
        return self.runtime.spec_version

    @property
    def recorded_as(self) -> str:
        """The name of the era in vectors and in the adapter protocol."""
        return "launch" if self.spec_version == LAUNCH_VERSION else str(self.spec_version)

    def genesis(self) -> State:
        """Return the state of a new chain: root, and one subnet that account 0 owns."""
        items = self.runtime.items.by_name
        entries = {**genesis_entries(self.genesis_block), **self.new_chain}
        known = {entry: value for entry, value in entries.items() if entry.partition("/")[0] in items}
        return self.load({entry: value for entry, value in known.items() if value is not None})

    def load(self, flat: Flat, check: bool = True) -> State:
        """Return the state with these flat entries; see :func:`dtao.storage.load`."""
        return storage.load(self.runtime, flat, check)

    def dump(self, state: State) -> dict[str, Json]:
        """Return the flat entries of a state; ``load(dump(state)) == state``."""
        return storage.dump(self._own(state))

    def diff(self, before: State, after: State) -> dict[str, Json]:
        """Return the flat entries that differ, with their values in ``after``; None where there is none."""
        self._own(before)
        return storage.diff(before, self._own(after))

    def items(self) -> Mapping[str, Item]:
        """Return the storage items of this era by name: their keys, encoding, default and unit."""
        return self.runtime.items.by_name

    def get(self, state: State, item: str, *keys: int | str) -> object:
        """Return the value of one storage entry as the runtime reads it, also where only the default is stored.

        Integers, booleans and tuples, not the strings of the vectors; None where the runtime finds nothing. The keys
        stand in the order of :meth:`items`; an account is an integer or a decimal string. Rejects, as InputError, an
        unknown item, and keys that it does not take.

        >>> from dtao import era
        >>> launch = era("launch")
        >>> launch.get(launch.genesis(), "SubnetTAO", 1), launch.get(launch.genesis(), "Delegates", 7)
        (10000000000, 11796)
        """
        known = self.runtime.items.by_name.get(item) if type(item) is str else self.runtime.items.named(item, "get")
        written = map(_key, keys)
        entry = "/".join((item, *written)) if known is None else known.entry_of(written)
        return storage.stored_value(self._own(state), entry)

    def set(self, state: State, item: str, keys: Mapping[str, Json], value: Json) -> State:
        """Return the state with one storage entry written, as an administrator's call or a fixture does it.

        ``keys`` are named as in the steps of the vectors: ``netuid``, ``uid``, ``account``, ``hotkey`` … . Writing a
        Balance moves the total issuance of balances with it.
        """
        self._own(state)
        items = self.runtime.items
        stored = items.named(item, "set")
        wanted = stored.keys
        require_named(keys, f"set {item}", "keys")
        if set(keys) != set(wanted):
            raise InputError(f"set {item}: its keys are {list(wanted)}, not {shown(sorted(map(str, keys)))}")
        entry = stored.entry_of(_key(keys[key]) for key in wanted)
        if item == "Balance":
            parsed, _, (account,) = storage.parse_entry(items, entry)
            balance = 0 if value is None else parsed.kind.decode(value, entry)
            return with_balance(state, AccountId(account), balance)  # type: ignore[arg-type]  # a u64
        return storage.set_entry(state, entry, value)

    def call(self, name: str, signer: Json, args: Mapping[str, Json]) -> Call:
        """Return a call of this era from its encoding in the vectors; see :func:`dtao.calls.from_json`."""
        require_named(args, name, "arguments")
        return calls.from_json(name, signer, args, self.runtime.calls)

    def apply(self, state: State, call: Call) -> Outcome:
        """Return what becomes of a call. A refused call changes nothing: its outcome holds the same state object.

        Rejects, as InputError, a call that this era does not have.
        """
        if type(call) not in self._call_types:
            raise InputError(
                f"{type(call).__name__} is no call of the era {self.name}; make calls with its .call(name, signer, "
                f"args), which knows {', '.join(sorted(self.runtime.calls))}"
            )
        return calls.apply(self._own(state), call)

    def step(self, state: State, blocks: int = 1) -> State:
        """Return the state after the given number of blocks without calls."""
        return block.step(self._own(state), blocks)

    def phase(self, state: State, name: str, args: Mapping[str, Json]) -> tuple[State, Json]:
        """Call one of the runtime's internal functions; see :data:`dtao.phases.PHASES`."""
        require_named(args, name, "arguments")
        return phases.phase(self._own(state), name, args)

    def read(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        """Call one of the runtime's internal read-only functions; see :data:`dtao.phases.READS`."""
        require_named(args, name, "arguments")
        return phases.read(self._own(state), name, args)

    def price(self, state: State, netuid: int) -> Bits:
        """Return the present price of a subnet's alpha in TAO: raw bits, 32 of them behind the point.

        1 on root and where the mechanism is stable. Rejects, as InputError, a netuid that is no u16.
        """
        return stake.price_in_32_bits(self._own(state), to_netuid(netuid))

    def sim_swap_tao_for_alpha(self, state: State, netuid: int, amount: int) -> Alpha | None:
        """Return the alpha rao that ``amount`` rao would buy now, without the fee; None for want of liquidity.

        Rejects, as InputError, a netuid that is no u16 and an amount that is no u64.
        """
        return stake.sim_swap_tao_for_alpha(self._own(state), to_netuid(netuid), Rao(to_amount(amount)))

    def sim_swap_alpha_for_tao(self, state: State, netuid: int, amount: int) -> Rao | None:
        """Return the rao that ``amount`` alpha rao would sell for now, without the fee; None for want of liquidity.

        Rejects, as InputError, a netuid that is no u16 and an amount that is no u64.
        """
        return stake.sim_swap_alpha_for_tao(self._own(state), to_netuid(netuid), Alpha(to_amount(amount)))

    def _own(self, state: State) -> State:
        """Return a state that is of this era. Rejects, as InputError, one of another era, and what is no state."""
        if type(state) is State and state.runtime is self.runtime:
            return state
        storage.require_state(state)
        if state.runtime.spec_version != self.spec_version:
            raise InputError(
                f"the state is of version {state.runtime.spec_version}, and the era {self.name} begins with "
                f"{self.spec_version}; dtao.migrate(state, {self.name!r}) takes the state of an earlier era to it"
            )
        return state

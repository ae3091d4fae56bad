"""The storage model: what every entry must be after a step, money posting by posting, everything else as written.

Money is kept on ledgers with two sides each; what they part by is a named leak (:mod:`dtao_properties.model.leaks`).
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import define, field, fields, frozen

from dtao.item_table import ITEMS
from dtao.records import (
    NO_ALPHA_ASSETS,
    NO_SHARE_POOL,
    AlphaAssets,
    ColdkeyLocks,
    Emission,
    Neurons,
    Pool,
    Registration,
    SharePool,
    Subnet,
)
from dtao.rules.pools.concentrated.records import NO_RANGES, Ranges
from dtao.rules.pools.weighted import NO_WEIGHTS, Weights
from dtao.safe_float import SafeFloat
from dtao.settings import Hyperparameters, Parameters
from dtao.state import State
from dtao.units import U64_MAX, NetUid
from dtao_properties.model.amounts import rules_of
from dtao_properties.model.step import Key, Step
from dtao_spec.chapters.concentrated import pool as exact
from dtao_spec.registry import Computation

TAO_LEDGER, POOL_LEDGER, ROOT_LEDGER, ALPHA_LEDGER, BALANCE_LEDGER = "TAO", "pools", "root", "alpha", "balances"
ACCOUNT_LEDGER = "accounts"
ACCOUNTS_SINCE = 411
"""The first version in which the TAO of pools is on accounts, and so among the balances."""
LEDGERS: Mapping[str, str] = {
    TAO_LEDGER: "TotalIssuance less balances and, until 410, TotalStake and the TAO that is pending for root",
    POOL_LEDGER: "TotalStake less the TAO of all pools, that of their users too",
    ACCOUNT_LEDGER: "from 411 on the balances of the accounts of subnets less the TAO of all pools",
    ROOT_LEDGER: "the TAO of root less the stakes there",
    ALPHA_LEDGER: "SubnetAlphaOut less the stakes, pending alpha and that of the protocol, of all subnets",
    BALANCE_LEDGER: "the total issuance of balances less their sum",
}
"""Each ledger with the difference that it keeps: 0 if everything is accounted for."""
UNITS: Mapping[str, str] = {ledger: "alpha rao" if ledger == ALPHA_LEDGER else "rao" for ledger in LEDGERS}
MAX: Mapping[str, int] = dict.fromkeys(("SubnetVolume", "Alpha", "TotalHotkeyShares", "RootClaimed"), 2**128 - 1)
"""Where an entry of money saturates, if not at the end of u64."""


MONEY = frozenset({
    "TotalIssuance", "TotalStake", "BalancesTotalIssuance", "Balance", "SubnetTAO", "SubnetAlphaIn", "SubnetAlphaOut",
    "SubnetVolume", "SubnetTaoInEmission", "SubnetAlphaInEmission", "SubnetAlphaOutEmission", "PendingEmission",
    "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut", "SubnetLocked", "RAORecycledForRegistration",
    "SubnetTaoProvided", "SubnetAlphaInProvided",
    "TotalHotkeyAlpha", "TotalHotkeyShares", "Alpha", "TotalHotkeySharesV2", "AlphaV2", "AlphaDividendsPerSubnet",
    "TaoDividendsPerSubnet",
    "TotalHotkeyAlphaLastEpoch", "PendingRootAlphaDivs", "PendingServerEmission", "PendingValidatorEmission",
    "RootAlphaDividendsPerSubnet", "RootClaimed", "RootClaimable", "SubnetTaoFlow", "SubnetEmaTaoFlow",
    "SubnetProtocolFlow", "SubnetEmaProtocolFlow", "SubnetProtocolAlpha", "SubnetExcessTao", "SubnetRootSellTao",
    "TotalAlphaIssuance", "AlphaBurned", "AlphaRecycled",
})  # fmt: skip
"""Every item that holds money, or says how much was paid, is owed or came in."""
RECORDS: Mapping[type, Callable[[State, NetUid], Any]] = {
    State: lambda state, netuid: state,
    Parameters: lambda state, netuid: state.parameters,
    Subnet: lambda state, netuid: state.subnet(netuid),
    Pool: lambda state, netuid: state.pool(netuid),
    Emission: lambda state, netuid: state.emission(netuid),
    Registration: lambda state, netuid: state.subnet(netuid).registration,
    Hyperparameters: lambda state, netuid: state.subnet(netuid).hyperparameters,
    SharePool: lambda state, netuid: state.subnet(netuid).share_pools,
    Neurons: lambda state, netuid: state.subnet(netuid).neurons,
    Ranges: lambda state, netuid: state.ranges.get(netuid, NO_RANGES),
    Weights: lambda state, netuid: state.weights.get(netuid, NO_WEIGHTS),
    AlphaAssets: lambda state, netuid: state.alpha_assets.get(netuid, NO_ALPHA_ASSETS),
    ColdkeyLocks: lambda state, netuid: state.subnet(netuid).coldkey_locks,
}


NO_LOCKS = ColdkeyLocks()
PENDING_ALPHA: Mapping[str, str] = {
    "PendingEmission": "pending_emission", "PendingOwnerCut": "pending_owner_cut",
    "PendingRootAlphaDivs": "pending_root_alpha", "PendingServerEmission": "pending_server_emission",
    "PendingValidatorEmission": "pending_validator_emission", "SubnetProtocolAlpha": "protocol_alpha",
}  # fmt: skip
"""Where alpha waits for the end of a tempo, or is the protocol's, by item and attribute."""
SUBNETS, NETUID_AT = int.from_bytes(b"modlsubtensr", "little"), 8 * len(b"modlsubtensr")


def subnet_of(account: object) -> int | None:
    """Return the netuid of which an account is that of the subnet; None for an account of a user."""
    netuid, marked = divmod(int(str(account)), 1 << NETUID_AT)
    return netuid if marked == SUBNETS and netuid < 2**16 else None


def entry(state: State, key: Key) -> Any:
    """Return the value of an entry: the default where there is none, None where an entry at the default would show.

    Decimal numbers are returned as fractions.
    """
    value = _stored(state, key)
    return Fraction(value.mantissa) * Fraction(10) ** value.exponent if isinstance(value, SafeFloat) else value


def _stored(state: State, key: Key) -> Any:
    item = state.runtime.items.by_name.get(str(key[0])) or ITEMS[str(key[0])]
    named = dict(zip(item.keys, key[1:], strict=True))
    record = RECORDS[item.record](state, named.get("netuid", NetUid(0)))
    if item.record is SharePool:
        record = record.get(named["hotkey"], NO_SHARE_POOL)
    elif item.record is ColdkeyLocks:
        record = record.get(named["coldkey"], NO_LOCKS)
    value = getattr(record, item.attribute)
    if not item.map_keys:
        return value
    located = tuple(named[name] for name in item.map_keys)
    return value.get(located if len(located) > 1 else located[0], None if item.presence else item.default)


def held(state: State, key: Key) -> int:
    """Return the money that an entry holds in a state."""
    return entry(state, key) or 0


def weights(key: Key, has_accounts: bool) -> Iterator[tuple[str, int]]:
    """Say on which ledgers an entry counts, and with which sign; ``has_accounts`` from 411 on."""
    match key:
        case ("TotalIssuance",):
            yield TAO_LEDGER, 1
        case ("TotalStake",):
            yield POOL_LEDGER, 1
            if not has_accounts:
                yield TAO_LEDGER, -1
        case ("Balance", account):
            yield TAO_LEDGER, -1
            yield BALANCE_LEDGER, -1
            if has_accounts and subnet_of(account) is not None:
                yield ACCOUNT_LEDGER, 1
        case ("BalancesTotalIssuance",):
            yield BALANCE_LEDGER, 1
        case ("PendingRootDivs", _):
            yield TAO_LEDGER, -1
        case ("SubnetTaoProvided", _):
            yield POOL_LEDGER, -1
        case ("SubnetTAO", netuid):
            yield POOL_LEDGER, -1
            if has_accounts:
                yield ACCOUNT_LEDGER, -1
            if netuid == 0:
                yield ROOT_LEDGER, 1
        case ("SubnetAlphaOut", netuid) if netuid:
            yield ALPHA_LEDGER, 1
        case (item, netuid) if item in PENDING_ALPHA and netuid:
            yield ALPHA_LEDGER, -1
        case ("TotalHotkeyAlpha", _, netuid):
            yield (ALPHA_LEDGER if netuid else ROOT_LEDGER), -1


@frozen
class Posting:
    """One change of one entry of money."""

    key: Key
    amount: int
    reason: str


@frozen
class Leak:
    """What falls between the accounts: by how much a ledger's two sides part, and why."""

    name: str
    ledger: str
    amount: int
    netuid: int | None = None


@define
class StorageModel:
    """What storage must be after a step: the entries that it changes, and what is read of the others.

    Money (the items of MONEY) is posted; all other entries are written.
    """

    step: Step
    entries: dict[Key, Any] = field(factory=dict, init=False)
    """What was written or posted."""
    events: list[tuple[Any, ...]] = field(factory=list, init=False)
    """The events that the step must emit, in order, those of stake left out."""
    stake_events: list[tuple[str, ...]] = field(factory=list, init=False)
    """The events of stake that it must emit, in order."""
    ranges: dict[int, exact.Ranges] = field(factory=dict, init=False)
    """The pools of concentrated liquidity that it changes, beside their reserves."""
    postings: list[Posting] = field(factory=list, init=False)
    leaks: list[Leak] = field(factory=list, init=False)
    saturated: set[object] = field(factory=set, init=False)
    """The subnets of which an entry was full or empty; None for an entry of the whole network."""
    flows: dict[tuple[str, int | None], int] = field(factory=dict, init=False)
    """What was created or destroyed, by reason and subnet (None: TAO)."""

    @property
    def rules(self) -> Computation:
        """The rules of the version, rounded as they say: what every amount is taken from."""
        return rules_of(self.step.era.spec_version)

    @property
    def state(self) -> State:
        """The state before the step."""
        return self.step.before

    @property
    def signer(self) -> Any:
        """Who signed the call; 0 for the root origin."""
        return self.step.signer or 0

    @property
    def block(self) -> int:
        """The present block."""
        return self.state.block_number

    def argument(self, name: str) -> Any:
        """Return an argument as a number."""
        return self.step.argument(name)

    def since(self, version: int) -> bool:
        """Whether the rules are those of a version or later ones."""
        return self.step.era.spec_version >= version

    def read(self, *key: Any) -> Any:
        """Return what an entry is at this point of the step."""
        return self.entries[key] if key in self.entries else entry(self.state, key)

    def write(self, value: Any, *key: Any) -> None:
        """Write an entry that is no money."""
        self.entries[key] = value

    def write_block(self, *key: Any) -> None:
        """Write the present block into an entry."""
        self.write(self.block, *key)

    def append(self, hotkey: int, *key: Any) -> None:
        """Append a hotkey to a list, unless it is there."""
        if hotkey not in self.read(*key):
            self.write((*self.read(*key), hotkey), *key)

    def emit(self, name: str, *fields: Any) -> None:
        """Expect an event that is not of stake."""
        self.events.append((name, *map(str, fields)))

    def emit_stake(self, name: str, *fields: object) -> None:
        """Expect an event of stake."""
        self.stake_events.append((name, *map(str, fields)))

    def held(self, *key: object) -> int:
        """Return the money that an entry holds at this point of the step."""
        return self.read(*key) or 0

    def post(self, reason: str, amount: int, *key: object) -> None:
        """Add to an entry of money, as far as it goes: what does not fit is a leak of its own."""
        before = self.held(*key)
        after = min(max(before + amount, 0), MAX.get(str(key[0]), U64_MAX))
        self.entries[key] = after
        if after != before:
            self.postings.append(Posting(key, after - before, reason))
        lost = after - before - amount
        if lost:
            self.saturated.add(key[-1] if len(key) > 1 else None)
            for ledger, sign in weights(key, self.since(ACCOUNTS_SINCE)):
                self.leak("saturation", ledger, sign * lost, key)

    def post_to(self, reason: str, value: int, *key: object) -> None:
        """Bring an entry of money to a value, whatever it held."""
        self.post(reason, value - self.held(*key), *key)

    def leak(self, name: str, ledger: str, amount: int, key: Key | int | None = None) -> None:
        """Say that a ledger's left side gains on its right side by an amount, and why."""
        if amount:
            netuid = key if isinstance(key, int) or key is None else (key[-1] if len(key) > 1 else None)
            self.leaks.append(Leak(name, ledger, amount, netuid))

    def flow(self, name: str, amount: int, netuid: int | None = None) -> None:
        """Say that money came to be (TAO, or a subnet's alpha), or ceased to be."""
        if amount:
            self.flows[name, netuid] = self.flows.get((name, netuid), 0) + amount

    def copied(self) -> "StorageModel":
        """Return a copy that later steps leave alone."""
        names = [one.name for one in fields(StorageModel) if not one.init]
        other = StorageModel(self.step)
        for name in names:
            setattr(other, name, getattr(self, name).copy())
        return other

    def restore(self, other: "StorageModel") -> None:
        """Forget all that was written, posted, named and expected since a copy was made."""
        for one in fields(StorageModel):
            if not one.init:
                setattr(self, one.name, getattr(other, one.name))

    def leaked(self) -> dict[str, int]:
        """Return by how much each ledger's sides part, by the leaks that were named."""
        named = dict.fromkeys(LEDGERS, 0)
        for leak in self.leaks:
            named[leak.ledger] += leak.amount
        return named

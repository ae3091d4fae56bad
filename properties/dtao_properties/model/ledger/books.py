"""The books: what every account of money must hold after a step, posting by posting."""

from collections.abc import Callable, Iterator, Mapping

from attrs import define, field, frozen

from dtao.records import NO_SHARE_POOL
from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.model.ledger.terms import Terms
from dtao_properties.model.step import Key

TAO_BOOK = "TAO"
"""TotalIssuance less balances, TotalStake and the TAO that waits for root: 0 if every rao is on the books."""
POOL_BOOK = "pools"
"""TotalStake less the TAO of all pools."""
ROOT_BOOK = "root"
"""The TAO of root less the stakes there."""
ALPHA_BOOK = "alpha"
"""SubnetAlphaOut less the stakes and the alpha that waits, of all subnets."""
BALANCE_BOOK = "balances"
"""The total issuance of balances less their sum."""
BOOKS = (TAO_BOOK, POOL_BOOK, ROOT_BOOK, ALPHA_BOOK, BALANCE_BOOK)
UNITS: Mapping[str, str] = {book: "alpha rao" if book == ALPHA_BOOK else "rao" for book in BOOKS}
MOST: Mapping[str, int] = {"SubnetVolume": 2**128 - 1, "Alpha": 2**128 - 1, "TotalHotkeyShares": 2**128 - 1}
"""Where an account saturates, if not at the end of u64."""


def _last_epoch(state: State, hotkey: int, netuid: int) -> int:
    return state.subnet(NetUid(netuid)).total_hotkey_alpha_last_epoch.get(AccountId(hotkey), 0)


READERS: Mapping[str, Callable[..., int]] = {
    "TotalIssuance": lambda state: state.total_issuance,
    "TotalStake": lambda state: state.total_stake,
    "BalancesTotalIssuance": lambda state: state.balances_total_issuance,
    "Balance": lambda state, account: state.balances.get(account, 0),
    "SubnetTAO": lambda state, netuid: state.pool(netuid).tao,
    "SubnetAlphaIn": lambda state, netuid: state.pool(netuid).alpha_in,
    "SubnetAlphaOut": lambda state, netuid: state.pool(netuid).alpha_out,
    "SubnetVolume": lambda state, netuid: state.pool(netuid).volume,
    "SubnetTaoInEmission": lambda state, netuid: state.emission(netuid).tao_in,
    "SubnetAlphaInEmission": lambda state, netuid: state.emission(netuid).alpha_in,
    "SubnetAlphaOutEmission": lambda state, netuid: state.emission(netuid).alpha_out,
    "PendingEmission": lambda state, netuid: state.emission(netuid).pending_emission,
    "PendingRootDivs": lambda state, netuid: state.emission(netuid).pending_root_divs,
    "PendingAlphaSwapped": lambda state, netuid: state.emission(netuid).pending_alpha_swapped,
    "PendingOwnerCut": lambda state, netuid: state.emission(netuid).pending_owner_cut,
    "SubnetLocked": lambda state, netuid: state.subnet(netuid).locked,
    "RAORecycledForRegistration": lambda state, netuid: state.subnet(netuid).registration.rao_recycled,
    "TotalHotkeyAlpha": lambda state, hotkey, netuid: _shares(state, hotkey, netuid).total_alpha,
    "TotalHotkeyShares": lambda state, hotkey, netuid: _shares(state, hotkey, netuid).denominator,
    "Alpha": lambda state, hotkey, coldkey, netuid: _shares(state, hotkey, netuid).shares.get(coldkey, 0),
    "AlphaDividendsPerSubnet": lambda state, netuid, hotkey: state.subnet(netuid).alpha_dividends.get(hotkey, 0),
    "TaoDividendsPerSubnet": lambda state, netuid, hotkey: state.subnet(netuid).tao_dividends.get(hotkey, 0),
    "TotalHotkeyAlphaLastEpoch": _last_epoch,
}
"""Every item that holds money, or says how much was paid, and what it holds in a state."""


def _shares(state: State, hotkey: int, netuid: int):  # type: ignore[no-untyped-def]
    return state.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL)  # type: ignore[arg-type, call-overload]


def held(state: State, key: Key) -> int:
    """Return what an account holds in a state."""
    return READERS[key[0]](state, *key[1:])


def weights(key: Key) -> Iterator[tuple[str, int]]:
    """Say on which books an account counts, and with which sign."""
    match key:
        case ("TotalIssuance",):
            yield TAO_BOOK, 1
        case ("TotalStake",):
            yield TAO_BOOK, -1
            yield POOL_BOOK, 1
        case ("Balance", _):
            yield TAO_BOOK, -1
            yield BALANCE_BOOK, -1
        case ("BalancesTotalIssuance",):
            yield BALANCE_BOOK, 1
        case ("PendingRootDivs", _):
            yield TAO_BOOK, -1
        case ("SubnetTAO", netuid):
            yield POOL_BOOK, -1
            if netuid == 0:
                yield ROOT_BOOK, 1
        case ("SubnetAlphaOut", netuid) if netuid:
            yield ALPHA_BOOK, 1
        case ("PendingEmission" | "PendingOwnerCut", netuid) if netuid:
            yield ALPHA_BOOK, -1
        case ("TotalHotkeyAlpha", _, netuid):
            yield (ALPHA_BOOK if netuid else ROOT_BOOK), -1


@frozen
class Posting:
    """One change of one account."""

    key: Key
    amount: int
    reason: str


@frozen
class Leak:
    """What falls between the accounts: by how much a book's two sides part, and why."""

    name: str
    book: str
    amount: int
    netuid: int | None = None


@define
class Books:
    """The accounts of a state under a step: those that the step changes, and what is read of the others."""

    state: State
    terms: Terms
    """What the version of the runtime asks for."""
    accounts: dict[Key, int] = field(factory=dict, init=False)
    postings: list[Posting] = field(factory=list, init=False)
    leaks: list[Leak] = field(factory=list, init=False)
    events: list[tuple[str, ...]] = field(factory=list, init=False)
    """The stake events that the step must tell of."""
    saturated: set[object] = field(factory=set, init=False)
    """The subnets of which an account was full or empty; None for an account of the whole network."""
    flows: dict[tuple[str, int | None], int] = field(factory=dict, init=False)
    """What was created or destroyed, by reason and subnet (None: TAO)."""

    def held(self, *key: object) -> int:
        """Return what an account holds at this point of the step."""
        found = self.accounts.get(key)
        return held(self.state, key) if found is None else found

    def post(self, reason: str, amount: int, *key: object) -> None:
        """Add to an account, as far as it goes: what does not fit is a leak of its own."""
        before = self.held(*key)
        after = min(max(before + amount, 0), MOST.get(str(key[0]), U64_MAX))
        self.accounts[key] = after
        if after != before:
            self.postings.append(Posting(key, after - before, reason))
        lost = after - before - amount
        if lost:
            self.saturated.add(key[-1] if len(key) > 1 else None)
            for book, sign in weights(key):
                self.leak("saturation", book, sign * lost, key)

    def write(self, reason: str, value: int, *key: object) -> None:
        """Write an account, whatever it held."""
        self.post(reason, value - self.held(*key), *key)

    def leak(self, name: str, book: str, amount: int, key: Key | int | None = None) -> None:
        """Say that a book's left side gains on its right side by an amount, and why."""
        if amount:
            netuid = key if isinstance(key, int) or key is None else (key[-1] if len(key) > 1 else None)
            self.leaks.append(Leak(name, book, amount, netuid))

    def flow(self, name: str, amount: int, netuid: int | None = None) -> None:
        """Say that money came to be (TAO, or a subnet's alpha), or ceased to be."""
        if amount:
            self.flows[name, netuid] = self.flows.get((name, netuid), 0) + amount

    def balances_moved(self) -> dict[str, int]:
        """Return by how much each book's sides part, by the postings alone."""
        parted = dict.fromkeys(BOOKS, 0)
        for posting in self.postings:
            for book, sign in weights(posting.key):
                parted[book] += sign * posting.amount
        return parted

    def leaked(self) -> dict[str, int]:
        """Return by how much each book's sides part, by the leaks that were named."""
        named = dict.fromkeys(BOOKS, 0)
        for leak in self.leaks:
            named[leak.book] += leak.amount
        return named

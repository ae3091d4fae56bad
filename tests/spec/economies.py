"""States with one coldkey's stake on one hotkey of some networks, and the same in exact numbers."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, frozen
from hypothesis import strategies as st

import dtao
from dtao.outcome import Outcome, Rejected
from dtao.persistent import Map
from dtao.records import Pool, SharePool, Subnet
from dtao.rules import shares as share_rules
from dtao.settings import Parameters
from dtao.state import State
from dtao.units import AccountId, Alpha, NetUid, Rao, Shares
from dtao_spec.chapters.shares.holding import Holding
from dtao_spec.chapters.staking.trades import Account, Ledger

LAUNCH = dtao.era("launch")

HOTKEY = AccountId(1)
COLDKEY = AccountId(2)
OTHER = AccountId(3)
DEFAULTS = Parameters()
TAIL = Fraction(1, 2**18)
"""How much a pool may pay too much before the floor (POOL-2)."""


@frozen
class Network:
    """One network; the amounts in rao, the shares in raw bits."""

    mechanism: int
    tao: int
    alpha_in: int
    alpha_out: int
    total: int
    denominator: int
    shares: int


def sized(bits: int) -> st.SearchStrategy[int]:
    """Numbers of up to so many bits, all sizes alike; those of ``integers`` are small or at a bound, most of them."""
    return st.integers(0, bits).flatmap(lambda size: st.integers(2**size >> 1, 2**size - 1))


AMOUNTS = sized(54) | st.integers(0, 21 * 10**15) | st.integers(10**9, 10**14)
PARTS = sized(20) | st.just(2**20)
"""Parts of an amount, over 2**20."""
EARNINGS = sized(40)
"""Dividends of a hotkey, as large as its stake or less."""


def network_of(
    mechanism: int, tao: int, alpha_in: int, alpha_out: int, total: int, per_share: int, part: int
) -> Network:
    denominator = total * per_share >> 32
    return Network(mechanism, tao, alpha_in, alpha_out, total, denominator, denominator * part >> 32)


NETWORKS = st.builds(
    network_of,
    st.sampled_from((0, 1, 1, 2)),
    AMOUNTS,
    AMOUNTS,
    AMOUNTS,
    AMOUNTS.map(lambda amount: amount + 1),
    st.integers(2**86, 2**102),
    st.integers(0, 2**32),
)
LIQUID = st.builds(
    network_of,
    st.sampled_from((0, 1, 1)),
    st.integers(10**10, 10**15),
    st.integers(10**10, 10**15),
    st.integers(10**15, 10**16),
    st.integers(10**9, 10**14),
    st.integers(2**94, 2**97),
    st.integers(0, 2**32),
)


def state_of(
    *networks: Network,
    balance: int = 0,
    total_stake: int = 10**17,
    owner: AccountId | None = COLDKEY,
    parameters: Parameters = DEFAULTS,
    first: int = 0,
) -> State:
    """Return a state whose networks have the netuids from ``first`` on; the coldkey is the only staker."""
    subnets: Map[NetUid, Subnet] = Map()
    pools: Map[NetUid, Pool] = Map()
    for netuid, network in enumerate(networks, start=first):
        holders = Map({COLDKEY: Shares(network.shares)} if network.shares else {})
        stake = SharePool(Alpha(network.total), Shares(network.denominator), holders)
        subnet = Subnet(added=True, mechanism=network.mechanism, share_pools=Map({HOTKEY: stake}))
        subnets = subnets.set(NetUid(netuid), subnet)
        pool = Pool(Rao(network.tao), Alpha(network.alpha_in), Alpha(network.alpha_out))
        pools = pools.set(NetUid(netuid), pool)
    return State(
        runtime=LAUNCH.runtime,
        total_stake=Rao(total_stake),
        balances=Map({COLDKEY: Rao(balance)} if balance else {}),
        balances_total_issuance=Rao(balance),
        owner=Map() if owner is None else Map({HOTKEY: owner}),
        parameters=parameters,
        subnets=subnets,
        pools=pools,
    )


def account_of(state: State, netuid: int = 0, hotkey: AccountId = HOTKEY, coldkey: AccountId = COLDKEY) -> Account:
    """Return a coldkey's balance, stake and pool in exact numbers."""
    pool = state.pool(NetUid(netuid))
    subnet = state.subnet(NetUid(netuid))
    stake = subnet.share_pools.get(hotkey, SharePool())
    ledger = Ledger(
        subnet.mechanism,
        Fraction(pool.tao),
        Fraction(pool.alpha_in),
        Fraction(pool.alpha_out),
        Fraction(state.total_stake),
        Fraction(pool.volume),
    )
    held = stake.shares.get(coldkey, Shares(0))
    holding = Holding(Fraction(stake.total_alpha), Fraction(stake.denominator, 2**64), Fraction(held, 2**64))
    return Account(ledger, holding, Fraction(state.balances.get(coldkey, 0)))


def is_paid(paid: int, exact: Fraction) -> bool:
    """Whether a pool pays as much, by POOL-2."""
    return int(exact) <= paid <= int(exact + TAIL)


def floored_stake(state: State, netuid: int) -> int:
    """Return the stake of the coldkey as the reference reads it."""
    return share_rules.stake_of(state.subnet(NetUid(netuid)).share_pools.get(HOTKEY, SharePool()), COLDKEY)


VALID = NETWORKS.filter(lambda network: network.denominator < 2**128)
"""Networks whose shares the format holds."""
WHOLE = st.builds(
    lambda mechanism, tao, alpha, total: Network(mechanism, tao, alpha, 10**16, total, total << 64, total << 64),
    st.sampled_from((0, 1, 1)),
    st.integers(10**10, 10**15),
    st.integers(10**10, 10**15),
    st.integers(10**7, 10**14),
)
"""Networks with liquidity and one staker, whose shares are worth 1 alpha rao each."""


def later_state(
    version: int,
    *networks: Network,
    balance: int = 0,
    owner: AccountId | None = COLDKEY,
    minimum: int = 0,
    first: int = 0,
    enabled: Mapping[int, bool] | bool = True,
) -> State:
    """Return a state under the rules of a version; ``enabled`` says whose token is, by netuid."""
    parameters = evolve(DEFAULTS, nominator_min_required_stake=Rao(minimum))
    state = state_of(*networks, balance=balance, owner=owner, parameters=parameters, first=first)
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        is_enabled = enabled if isinstance(enabled, bool) else enabled[netuid]
        subnets = subnets.set(netuid, evolve(subnet, subtoken_enabled=is_enabled))
    return evolve(state, runtime=dtao.era(version).runtime, subnets=subnets)


def with_earnings(state: State, netuid: int, dividends: int, last_total: int = 0) -> State:
    """Return the state in which the hotkey had these dividends in the last epoch, and this stake after it."""
    subnet = evolve(
        state.subnet(NetUid(netuid)),
        alpha_dividends=Map({HOTKEY: Alpha(dividends)} if dividends else {}),
        total_hotkey_alpha_last_epoch=Map({HOTKEY: Alpha(last_total)} if last_total else {}),
    )
    return evolve(state, subnets=state.subnets.set(NetUid(netuid), subnet))


def pool_of(state: State, netuid: int) -> SharePool:
    """Return the stake on the hotkey."""
    return state.subnet(NetUid(netuid)).share_pools.get(HOTKEY, SharePool())


def stake_in(state: State, netuid: int) -> int:
    """Return the stake of the coldkey as later versions read it."""
    return share_rules.stake_of_high_priced_shares(pool_of(state, netuid), COLDKEY)


def reason(outcome: Outcome) -> str | None:
    """Return the name of the rejection."""
    return None if outcome.error is None else outcome.error.value


def refused(check: object, *arguments: object, **more: object) -> str | None:
    """Return the name of the rejection that a check raises."""
    try:
        check(*arguments, **more)  # type: ignore[operator]  # one of the checks
    except Rejected as refusal:
        return refusal.rejection.value
    return None

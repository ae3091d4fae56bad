"""States of later versions, and their amounts in exact numbers."""

from collections.abc import Mapping

from attrs import evolve
from hypothesis import strategies as st

import dtao
from dtao.outcome import Outcome, Rejected
from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules import shares as share_rules
from dtao.state import State
from dtao.units import AccountId, Alpha, NetUid, Rao
from tests.spec.economies import COLDKEY, DEFAULTS, HOTKEY, NETWORKS, Network, state_of

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
    return share_rules.stake_of_few_shares(pool_of(state, netuid), COLDKEY)


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

"""Steps in recorded states that no recording has, each to bring out a change that recorded steps do not show."""

from collections.abc import Callable, Iterator, Mapping

from attrs import evolve

import dtao
from dtao.fixed import I64F64
from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.units import ROOT, Bits, Rao
from dtao_properties.trace.eras.recorded import Taken

ISSUED = Rao(11_000_000 * 10**9)
"""A total issuance with which a block emits half a TAO, while a young subnet's alpha is halved later."""
FLOW = 10**12
"""In rao."""
FEES = 2**54
"""A thousandth of a rao on each unit of liquidity; U64F64."""


def dissolved(era: dtao.Era, taken: Taken) -> Iterator[Taken]:
    """Dissolve each subnet with a position of a user, after fees in TAO."""
    state = taken.state
    for netuid, ranges in sorted(state.ranges.items()):
        if any(account != PROTOCOL_ACCOUNT for account, _ in ranges.positions):
            after_fees = evolve(ranges, fees_tao=Bits(ranges.fees_tao + FEES))
            args = {"coldkey": str(state.subnet(netuid).owner or 0), "netuid": netuid}
            request = {"do": "call", "call": "dissolve_network", "signer": None, "args": args}
            yield Taken(evolve(state, ranges=state.ranges.set(netuid, after_fees)), request)


def emitted_after_a_halving(era: dtao.Era, taken: Taken) -> Iterator[Taken]:
    """Take a block that emits less TAO than alpha, to subnets to which TAO has flowed."""
    state = taken.state
    if taken.request["do"] == "blocks":
        flow = state.block_number, Bits(FLOW << I64F64.fraction_bits)
        flows = {netuid: evolve(state.emission(netuid), average_tao_flow=flow) for netuid in state.subnets if netuid}
        # The upgrade adds TAO up anew: what is issued has to be somewhere, such as with stakers of root.
        pools = state.pools.set(ROOT, evolve(state.pool(ROOT), tao=ISSUED))
        after = evolve(state, pools=pools, total_stake=ISSUED, total_issuance=ISSUED)
        yield Taken(evolve(after, emissions=state.emissions.update(flows)), {"do": "blocks", "n": 1})


def swapped_again_after_a_day(era: dtao.Era, taken: Taken) -> Iterator[Taken]:
    """Swap a hotkey on one subnet a day after the last time."""
    request, state = taken.request, taken.state
    netuid = request.get("args", {}).get("netuid")
    if request.get("call") == "swap_hotkey" and netuid is not None and request["signer"] is not None:
        last = str(max(state.block_number - 8_000, 1))
        keys = {"netuid": netuid, "account": request["signer"]}
        yield Taken(era.set(state, "LastHotkeySwapOnNetuid", keys, last), request)


Directed = Callable[[dtao.Era, Taken], Iterator[Taken]]
DIRECTED: Mapping[str, tuple[frozenset[str], Directed]] = {
    "block.coinbase": (frozenset({"BLOCK-3"}), emitted_after_a_halving),
    "constants.hotkey_swap_on_subnet_interval": (frozenset({"KEY-10"}), swapped_again_after_a_day),
    "pools.ranges.tao_paid_at_end": (frozenset({"POOL-25"}), dissolved),
}
"""For some attributes of the runtime the rules whose recorded steps are looked at, and what makes a change of it show,
given such a step and its state."""

"""The amounts of a state that a call compares with a parameter, so that one can be put exactly where the other is.

A campaign writes the parameter: as much as the amount, one more or one less. Then it makes the call.
"""

from collections.abc import Callable, Iterator

from attrs import frozen

from dtao.state import State
from dtao.transitions.claims import owed_to
from dtao.units import ROOT, AccountId, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.limits import OFFSETS, Write, one_of


@frozen(weakref_slot=False)
class Threshold:
    """A call of a coldkey that asks for an amount of at least as much as something else, or at most as much."""

    name: str
    """The call."""
    amount: int
    bound: int
    """What it is compared with at present."""
    item: str
    """The parameter that decides the bound."""
    coldkey: AccountId
    netuid: NetUid
    """Of the parameter and of the call."""
    hotkey: None = None
    """It is about none."""

    @property
    def is_near(self) -> bool:
        """Return whether amount and bound are equal or one apart."""
        return abs(self.amount - self.bound) <= 1

    def written(self, offset: int) -> dict[str, Json]:
        """Return the request that writes the parameter, as much as the amount and an offset."""
        return Write(self.item, {"netuid": self.netuid}).of(self.amount + offset)


def _claims(state: State) -> Iterator[Threshold]:
    """Yield what coldkeys are owed, in bits of I96F32, beside the least that is claimed."""
    for coldkey, hotkeys in state.staking_hotkeys.items():
        for hotkey in hotkeys:
            for netuid, rate in state.root_claimable.get(hotkey, ()):
                if (owed := owed_to(state, hotkey, coldkey, netuid, rate)) > 0:
                    least = state.subnet(netuid).root_claimable_threshold
                    yield Threshold("claim_root", owed, least, "RootClaimableThreshold", coldkey, netuid)


def _prices(state: State) -> Iterator[Threshold]:
    """Yield what owners of hotkeys have beside the price of a registration."""
    for netuid, subnet in state.subnets.items():
        if netuid != ROOT and subnet.added:
            for coldkey in state.owned_hotkeys:
                balance = state.balances.get(coldkey, 0)
                yield Threshold("burned_register", balance, subnet.registration.burn, "Burn", coldkey, netuid)


FAMILIES: tuple[tuple[str, Callable[[State], Iterator[Threshold]]], ...] = (
    ("RootClaimableThreshold", _claims),
    ("Burn", _prices),
)
"""The families of thresholds, each with the parameter that an era must have to have them."""


def thresholds(state: State) -> Iterator[Threshold]:
    """Yield the amounts of a state that calls compare with a parameter."""
    known = state.runtime.items.by_name
    for item, family in FAMILIES:
        if item in known:
            yield from family(state)


def _name(threshold: Threshold) -> str:
    return threshold.name


def parameter(state: State, choices: Choices) -> dict[str, Json] | None:
    """Return the request of a direct write after which a parameter is an amount of the state, or one beside it."""
    found = one_of(thresholds(state), _name, choices)
    return None if found is None else found.written(choices.pick(OFFSETS))


def met(state: State, choices: Choices) -> Threshold | None:
    """Return a threshold that an amount of the state is at, or one beside it; None if there is none."""
    return one_of((one for one in thresholds(state) if one.is_near), _name, choices)

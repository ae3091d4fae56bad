"""What is seen at a sample: numbers of the network, of each subnet and of each actor, as exact decimals."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from dtao_lab.amounts import decimal, in_tao
from dtao_lab.simulation.tables import BLOCKS_A_DAY
from dtao_lab.simulation.view import PRICE_ONE, Player, View

PLACES = 12
"""Decimals of prices and parts, rounded towards zero; amounts have nine, the last of them a rao."""
ROOT = 0


@frozen
class Measure:
    """What is measured, how it is written, and in which unit."""

    of: Callable[..., str]
    unit: str
    about: str


def _bits(raw: int) -> str:
    return decimal(Fraction(raw, PRICE_ONE), PLACES)


def _part(of: int, whole: int) -> str:
    return decimal(Fraction(of, whole) if whole else Fraction(0), PLACES)


def _issued(view: View, netuid: int) -> int:
    items = ("SubnetAlphaIn", "SubnetAlphaInProvided", "SubnetAlphaOut")
    return sum(view.integer(item, netuid) for item in items)


def _root_share(view: View, netuid: int) -> str:
    """Return the root proportion of a subnet, exactly as EMIT-6 states it."""
    from dtao_spec.registry import Computation  # the chapters are loaded only where they are used

    rules = Computation(view.era.spec_version)
    weight = rules["EMIT-5"](view.integer("TaoWeight"))
    root_tao = Fraction(view.integer("SubnetTAO", ROOT))
    return decimal(rules["EMIT-6"](root_tao, weight, Fraction(_issued(view, netuid))), PLACES)


def _prices(view: View, subnets: tuple[int, ...]) -> str:
    return _bits(sum(view.price(netuid) for netuid in subnets))


def _share(view: View, player: Player) -> str:
    """Return the part of all alpha outside the pools that a player holds where it acts."""
    held = sum(view.stake(player, netuid) for netuid in player.netuids)
    return _part(held, sum(view.integer("SubnetAlphaOut", netuid) for netuid in player.netuids))


def _owner_stake(view: View, netuid: int) -> str:
    owner, hotkey = view.integer("SubnetOwner", netuid), view.integer("SubnetOwnerHotkey", netuid)
    return in_tao(view.held(hotkey, owner, netuid))


def _owner_cut(view: View, netuid: int) -> int:
    """Return the alpha rao that the owner is due in a day of blocks like the last one, as EMIT-4 states it."""
    from dtao_spec.registry import Computation  # the chapters are loaded only where they are used

    is_paid = "OwnerCutEnabled" not in view.era.items() or bool(view.integer("OwnerCutEnabled", netuid))
    part = Computation(view.era.spec_version)["EMIT-4"](view.integer("SubnetOwnerCut"))
    return int(part * view.integer("SubnetAlphaOutEmission", netuid) * BLOCKS_A_DAY) if is_paid else 0


def _owner_income(view: View, netuid: int) -> str:
    return in_tao(_owner_cut(view, netuid) * view.price(netuid) // PRICE_ONE)


def _item(item: str) -> Callable[..., str]:
    return lambda view, *keys: in_tao(view.integer(item, *keys))


def _network(item: str) -> Callable[[View, tuple[int, ...]], str]:
    return lambda view, subnets: in_tao(view.integer(item))


OF_NETWORK: Mapping[str, Measure] = {
    "issuance": Measure(_network("TotalIssuance"), "TAO", "all TAO there is"),
    "total_stake": Measure(_network("TotalStake"), "TAO", "the TAO in all pools and on root"),
    "block_emission": Measure(_network("BlockEmission"), "TAO", "what the last block emitted"),
    "root_tao": Measure(lambda view, subnets: in_tao(view.integer("SubnetTAO", ROOT)), "TAO", "the TAO staked on root"),
    "sum_of_prices": Measure(_prices, "TAO per alpha", "of all subnets"),
}  # fmt: skip
OF_SUBNET: Mapping[str, Measure] = {
    "price": Measure(lambda view, netuid: _bits(view.price(netuid)), "TAO per alpha", "the price of the pool"),
    "moving_price": Measure(
        lambda view, netuid: _bits(view.moving_price(netuid)), "TAO per alpha", "the price that emission goes by"
    ),
    "tao": Measure(_item("SubnetTAO"), "TAO", "in the pool"),
    "alpha_in": Measure(_item("SubnetAlphaIn"), "alpha", "in the pool"),
    "alpha_out": Measure(_item("SubnetAlphaOut"), "alpha", "outside the pool"),
    "owner_stake": Measure(_owner_stake, "alpha", "what the owner holds: cuts that were paid, unless sold"),
    "owner_cut": Measure(
        lambda view, netuid: in_tao(_owner_cut(view, netuid)), "alpha per day", "what the owner is due: EMIT-4"
    ),
    "owner_income": Measure(_owner_income, "TAO per day", "the same at the present price"),
    "root_share": Measure(_root_share, "1", "the part of what validators earn that root is due: EMIT-6"),
    "tao_emission": Measure(_item("SubnetTaoInEmission"), "TAO per block", "what the last block gave to the pool"),
}
OF_ACTOR: Mapping[str, Measure] = {
    "balance": Measure(lambda view, player: in_tao(view.balance(player)), "TAO", "free"),
    "stake": Measure(
        lambda view, player: in_tao(sum(view.stake(player, netuid) for netuid in player.netuids)),
        "alpha",
        "stake where it acts; on root TAO",
    ),
    "worth": Measure(lambda view, player: in_tao(view.worth(player)), "TAO", "free TAO and stake at present prices"),
    "proceeds": Measure(lambda view, player: in_tao(view.proceeds(player)), "TAO", "free TAO and stake if all is sold"),
    "share": Measure(_share, "1", "its part of all alpha outside the pools where it acts"),
}
MEASURES: Mapping[str, Mapping[str, Measure]] = {"network": OF_NETWORK, "subnet": OF_SUBNET, "actor": OF_ACTOR}
Row = tuple[str, str, str, str, str]
"""of, subject, measure, value, unit"""


def measured(
    view: View,
    subnets: tuple[int, ...],
    written: tuple[int, ...],
    players: tuple[Player, ...],
    wanted: tuple[str, ...],
) -> Iterator[Row]:
    """Yield what is seen of the network with its subnets, of the subnets that are written, and of the players."""
    subjects: list[tuple[str, str, object]] = [("network", "network", subnets)]
    subjects += [("subnet", str(netuid), netuid) for netuid in written]
    subjects += [("actor", player.name, player) for player in players]
    for of, name, subject in subjects:
        for measure, how in MEASURES[of].items():
            if not wanted or measure in wanted:
                yield of, name, measure, how.of(view, subject), how.unit

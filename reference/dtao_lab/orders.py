"""What an order comes to: the call itself, applied to the state, and what it changed.

Nothing about pools or fees is restated here. Every number is the difference that the call makes, or stands in its
events, so that the pools of a new era are quoted without more code.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from attrs import frozen

from dtao import Era, InputError, State
from dtao.calls import Call
from dtao.given import shown
from dtao.presets import FIRST
from dtao_lab import given
from dtao_lab.amounts import SUPPLY
from dtao_lab.markets import Market

SIDES = ("buy", "sell", "move")
COLDKEY, HOTKEY = 10**18 + 1, 10**18 + 2
"""Accounts that no state has: a new coldkey, and a hotkey of its own."""
U64_MAX, ACCOUNT_MAX = 2**64 - 1, 2**256 - 1
FUNDS = 2**62
"""rao of the new coldkey: more than can be spent."""
PRICE_ONE = 1 << 32
TAO, ALPHA = "TAO", "alpha"


@frozen
class Order:
    """What is asked for: amounts in rao for a purchase, in alpha rao for a sale or a move."""

    side: str
    amount: int
    netuid: int = FIRST
    destination: int | None = None
    """The subnet to which a move goes."""
    limit: int | None = None
    """The price that the order may reach, in billionths: rao per alpha, or of a move the ratio of the two prices."""
    allow_partial: bool = False
    """Whether the part that the limit allows will do."""
    hotkey: int | None = None
    coldkey: int | None = None
    """Whose order it is: by default a new coldkey's, who has enough and stakes on a hotkey of its own."""

    def __attrs_post_init__(self) -> None:
        """Refuse, as InputError, what is of another kind, and numbers that no call of the runtime takes."""
        if type(self.side) is not str or self.side not in SIDES:
            raise InputError(f"the side of an order: {shown(self.side)} is none. An order is to buy, sell or move.")
        if type(self.amount) is not int:
            raise InputError(f"the amount of an order: {shown(self.amount)} is no whole number of rao. Give one.")
        given.instance(self.allow_partial, bool, "allow_partial", "Give True or False.")
        bounds = {
            "netuid": U64_MAX,
            "destination": U64_MAX,
            "limit": U64_MAX,
            "hotkey": ACCOUNT_MAX,
            "coldkey": ACCOUNT_MAX,
        }
        for name, high in bounds.items():
            if name == "netuid" or getattr(self, name) is not None:
                given.whole(getattr(self, name), f"the {name} of an order", 0, high)

    def call(self, era: Era, coldkey: int, hotkey: int, amount: int) -> Call:
        """Return the call of the runtime that places the order for an amount."""
        if self.side == "move":
            name, counted = "swap_stake", "alpha_amount"
            where: dict[str, object] = {"origin_netuid": self.netuid, "destination_netuid": self.destination}
        else:
            is_buy = self.side == "buy"
            name, counted = ("add_stake", "amount_staked") if is_buy else ("remove_stake", "amount_unstaked")
            where = {"netuid": self.netuid}
        args = {"hotkey": str(hotkey), **where, counted: str(amount)}
        if self.limit is not None:
            name += "_limit"
            args |= {"limit_price": str(self.limit), "allow_partial": self.allow_partial}
        return era.call(name, str(coldkey), args)


@frozen
class Fee:
    """A fee that the order paid."""

    amount: int
    unit: str
    netuid: int
    """The subnet whose pool took it."""


@frozen
class Price:
    """The price of a subnet's alpha in TAO, as raw bits with 32 of them behind the point."""

    netuid: int
    before: int
    after: int


@frozen
class Quote:
    """What an order would come to in a state."""

    era: Era
    order: Order
    call: Call
    error: str | None
    """The name of the error with which the chain would refuse it; every amount is 0 then."""
    paid: int
    """What leaves the coldkey: rao, or alpha rao of its stake."""
    received: int
    """What it gets: alpha rao of stake for a purchase or a move, rao for a sale."""
    fees: tuple[Fee, ...]
    lost: int
    """rao that a limit left over and nobody gets back."""
    prices: tuple[Price, ...]
    """Of the subnet, and of a move's destination."""
    accepted: tuple[int, int] | None
    """The least and the largest amount that the chain would accept of this order; None if none was found."""
    allowed: int | None
    """The most that the limit price allows; None without a limit, or where the era does not say it."""

    @property
    def paid_unit(self) -> str:
        """The unit of what is paid."""
        return TAO if self.order.side == "buy" else ALPHA

    @property
    def received_unit(self) -> str:
        """The unit of what is received."""
        return TAO if self.order.side == "sell" else ALPHA

    @property
    def average(self) -> Fraction | None:
        """The price that the order comes to, fees included: of a move, destination's alpha for origin's."""
        if not self.paid or not self.received:
            return None
        ratio = Fraction(self.received, self.paid)
        return 1 / ratio if self.order.side == "buy" else ratio

    @property
    def slippage(self) -> Fraction | None:
        """The part of what the price before would give that is not received: fees and the move of the price."""
        prices = [Fraction(price.before, PRICE_ONE) for price in self.prices]
        if not self.paid or not all(prices):
            return None
        if self.order.side == "buy":
            expected = self.paid / prices[0]
        else:
            expected = self.paid * prices[0] / (prices[1] if len(prices) > 1 else 1)
        return 1 - self.received / expected


def quote(market: Market, order: Order) -> Quote:
    """Return what an order would come to, to the rao. Rejects, as InputError, what :func:`require_placeable` does."""
    given.instance(market, Market, "the market of a quote", "Give one of market_of_reserves, _file or _state.")
    given.instance(order, Order, "the order of a quote", 'Give Order("buy", rao), for example.')
    era = market.era
    require_placeable(market, order)
    place = placing(market, order)
    before, coldkey, hotkey = place(order.amount)
    call = order.call(era, coldkey, hotkey, order.amount)
    outcome = era.apply(before, call)
    after = outcome.state
    tao = [_int(era.get(state, "Balance", coldkey)) for state in (before, after)]
    alpha = [[_stake(era, state, hotkey, coldkey, netuid) for state in (before, after)] for netuid in _netuids(order)]
    change = {"buy": (tao[0] - tao[1], alpha[0][1] - alpha[0][0]), "sell": (alpha[0][0] - alpha[0][1], tao[1] - tao[0])}
    paid, received = change.get(order.side, (alpha[0][0] - alpha[0][1], alpha[-1][1] - alpha[-1][0]))
    fees = () if outcome.error else _fees(era, before, after, order, paid, outcome.events)
    return Quote(
        era, order, call, None if outcome.error is None else outcome.error.value, paid, received, fees,
        _lost(era, before, after, order, paid, fees),
        tuple(Price(netuid, era.price(before, netuid), era.price(after, netuid)) for netuid in _netuids(order)),
        _accepted(lambda amount: _is_accepted(era, order, place, amount), order.amount),
        _allowed(era, before, order),
    )  # fmt: skip


def require_placeable(market: Market, order: Order) -> None:
    """Refuse, as InputError, an order that cannot be, and one on subnets that do not exist."""
    if (order.side == "move") != (order.destination is not None):
        raise InputError("--to names the subnet to which stake moves. Give it for a move, and for nothing else.")
    if not 0 <= order.amount <= SUPPLY:
        raise InputError(f"an amount of {shown(order.amount)} rao cannot be. Give between 0 and {SUPPLY}.")
    if order.allow_partial and order.limit is None:
        raise InputError("--partial means a part that the limit allows. Give the limit price too: --limit.")
    for netuid in _netuids(order):
        market.require(netuid)


def _netuids(order: Order) -> tuple[int, ...]:
    return (order.netuid,) if order.destination is None else (order.netuid, order.destination)


Placing = Callable[[int], tuple[State, int, int]]
"""amount -> the state in which an order of it is placed, the coldkey and the hotkey."""


def placing(market: Market, order: Order) -> Placing:
    """Return how the state is prepared for an order: as it is for accounts of it, else with a new account that can pay.

    The new account holds twice the alpha that it sells, so that its shares are exact and some stake is left.
    """
    era = market.era
    if order.coldkey is not None and order.hotkey is not None:
        return lambda amount: (market.state, order.coldkey, order.hotkey)  # type: ignore[return-value]  # not None here
    if order.coldkey is not None or (order.hotkey is not None and order.side != "buy"):
        raise InputError(
            "a holder is a coldkey and the hotkey it stakes on. Give both, --coldkey and --hotkey, or none."
        )
    hotkey = HOTKEY if order.hotkey is None else order.hotkey
    state = era.set(market.state, "Balance", {"account": str(COLDKEY)}, str(FUNDS))
    if order.hotkey is None:
        state = era.set(state, "Owner", {"account": str(HOTKEY)}, str(COLDKEY))
    if order.side == "buy":
        return lambda amount: (state, COLDKEY, hotkey)

    def holding(amount: int) -> tuple[State, int, int]:
        held: Mapping[str, object] = {
            "hotkey": str(hotkey), "coldkey": str(COLDKEY), "netuid": order.netuid, "amount": str(2 * amount),
        }  # fmt: skip
        return era.phase(state, "increase_stake_for_hotkey_and_coldkey_on_subnet", held)[0], COLDKEY, hotkey

    return holding


def _stake(era: Era, state: State, hotkey: int, coldkey: int, netuid: int) -> int:
    return _int(era.read(state, "get_stake", {"hotkey": str(hotkey), "coldkey": str(coldkey), "netuid": netuid}))


def _int(value: object) -> int:
    return int(value)  # type: ignore[call-overload,no-any-return]  # an integer, or its decimal string


def _is_accepted(era: Era, order: Order, place: Placing, amount: int) -> bool:
    state, coldkey, hotkey = place(amount)
    return era.apply(state, order.call(era, coldkey, hotkey, amount)).error is None


def _fees(
    era: Era, before: State, after: State, order: Order, paid: int, events: tuple[object, ...]
) -> tuple[Fee, ...]:
    """Return the fees that the order paid: as its events say or, where an era's do not, what they leave out.

    The pool takes the fee of a sale in TAO, if what the sale would bring falls by it, or in alpha.
    """
    fees: list[Fee] = []
    offered = paid
    for event in events:
        values = {name: getattr(event, name, None) for name in ("tao", "alpha", "netuid", "fee")}
        tao, alpha, netuid, fee = values["tao"], values["alpha"], values["netuid"], values["fee"]
        if tao is None or alpha is None or netuid is None:
            continue
        if order.side != "buy" and netuid == order.netuid and not fees:
            brings = era.sim_swap_alpha_for_tao(before, netuid, paid) or 0
            fee = brings - tao if fee is None else fee
            fees.append(Fee(fee, TAO if tao + fee <= brings else ALPHA, netuid))
            offered = tao
        else:
            fees.append(Fee(offered - tao if fee is None else fee, TAO, netuid))
    return tuple(fee for fee in fees if fee.amount)


def _lost(era: Era, before: State, after: State, order: Order, paid: int, fees: tuple[Fee, ...]) -> int:
    """Return the rao of a purchase that neither the reserve nor the fee accounts for."""
    if order.side != "buy" or order.limit is None:
        return 0
    reserves = [_int(era.get(state, "SubnetTAO", order.netuid)) for state in (before, after)]
    gained = reserves[1] - reserves[0]
    return max(paid - gained - sum(fee.amount for fee in fees), 0) if gained else 0


def _accepted(is_accepted: Callable[[int], bool], amount: int) -> tuple[int, int] | None:
    """Return the ends of the range of accepted amounts around the given one, or around one found by doubling."""
    probes = (amount, *(3 << power >> 1 for power in range(1, SUPPLY.bit_length())))
    inside = next((probe for probe in probes if 0 < probe <= SUPPLY and is_accepted(probe)), None)
    if inside is None:
        return None
    return _edge(is_accepted, inside, 0), _edge(is_accepted, inside, SUPPLY + 1)


def _edge(is_accepted: Callable[[int], bool], inside: int, outside: int) -> int:
    """Return the last accepted amount on the way from one that is to one that is not."""
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if is_accepted(middle):
            inside = middle
        else:
            outside = middle
    return inside


def _allowed(era: Era, state: State, order: Order) -> int | None:
    """Return the most that the limit price allows, as the runtime says it."""
    if order.limit is None:
        return None
    name = {"buy": "get_max_amount_add", "sell": "get_max_amount_remove", "move": "get_max_amount_move"}[order.side]
    if name not in era.runtime.reads:
        return None
    where: dict[str, object] = (
        {"origin_netuid": order.netuid, "destination_netuid": order.destination}
        if order.side == "move"
        else {"netuid": order.netuid}
    )
    found = str(era.read(state, name, {**where, "limit_price": str(order.limit)}))
    return int(found) if found.isdecimal() else 0

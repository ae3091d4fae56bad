"""A state as a policy and a measure see it: what an account has, what a subnet is worth."""

from attrs import define, frozen

from dtao import Era, State
from dtao_lab.simulation.scenario import Actor

PRICE_ONE = 1 << 32


@frozen
class Player:
    """One account of an actor: a coldkey, and the hotkey that its stake is on."""

    name: str
    """Of the actor, with a number if there are several."""
    actor: Actor
    coldkey: int
    hotkey: int
    netuids: tuple[int, ...]
    """Where it acts."""
    weighs: tuple[int, ...] = ()
    """The hotkeys that it sets weights for."""
    first: int = 0
    """When it acts first, in blocks since the start."""


@define
class View:
    """A state with its era, in which the same entry is looked up once."""

    era: Era
    state: State

    def integer(self, item: str, *keys: int) -> int:
        """Return the number in an entry; 0 where there is none, and where the era has no such item."""
        if item not in self.era.items():
            return 0
        return int(self.era.get(self.state, item, *keys) or 0)  # type: ignore[call-overload,no-any-return]  # a number

    def balance(self, player: Player) -> int:
        """Return the free rao of a player."""
        return self.integer("Balance", player.coldkey)

    def stake(self, player: Player, netuid: int) -> int:
        """Return the alpha rao that a player holds on a subnet; on root, rao."""
        return self.held(player.hotkey, player.coldkey, netuid)

    def held(self, hotkey: int, coldkey: int, netuid: int) -> int:
        """Return the alpha rao that a coldkey holds on a hotkey of a subnet."""
        where = {"hotkey": str(hotkey), "coldkey": str(coldkey), "netuid": netuid}
        return int(str(self.era.read(self.state, "get_stake", where)))

    def price(self, netuid: int) -> int:
        """Return the present price of a subnet, raw bits with 32 behind the point."""
        return self.era.price(self.state, netuid)

    def moving_price(self, netuid: int) -> int:
        """Return the moving price of a subnet, raw bits with 32 behind the point."""
        return self.integer("SubnetMovingPrice", netuid)

    def worth(self, player: Player) -> int:
        """Return what a player has at present prices: its free rao, and its stake where it acts."""
        return self.balance(player) + sum(
            self.stake(player, netuid) * self.price(netuid) // PRICE_ONE for netuid in player.netuids
        )

    def proceeds(self, player: Player) -> int:
        """Return the free rao of a player after selling all stake where it acts, without fees."""
        return self.balance(player) + sum(
            self.era.sim_swap_alpha_for_tao(self.state, netuid, self.stake(player, netuid)) or 0
            for netuid in player.netuids
        )

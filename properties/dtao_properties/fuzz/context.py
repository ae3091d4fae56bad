"""A state together with the choices that are made in view of it: who may act, on what, with how much.

A choice is either valid (a call made of valid choices is likely accepted) or boundary. While ``valid_only`` is set the
same bytes give valid choices only.
"""

from collections.abc import Callable

from attrs import field, frozen, mutable

from dtao.calls.registration import lowest_root_stake
from dtao.params import DEFAULT_STAKING_FEE, EXISTENTIAL_DEPOSIT, MINIMUM_POOL_LIQUIDITY
from dtao.records import Pool
from dtao.rules import pool as pool_rules
from dtao.rules.pools.weighted import largest_amount
from dtao.state import State
from dtao.transitions.limits import require_input_within_reserve
from dtao.transitions.locks import locked, stake_on_subnet
from dtao.transitions.stake import is_stable, sim_swap_alpha_for_tao, stake_of_hotkey
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, Alpha, NetUid, Rao
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.limits import Limit
from dtao_properties.fuzz.thresholds import Threshold

BOUNDARY = 24
"""Of 256: how often a choice that could be a boundary one is."""
HALF_FEE = DEFAULT_STAKING_FEE // 2
LAST_WITHOUT_RANGES = 277
"""The last version in which what a sale brings follows from the reserves alone, as below."""
LIQUID = 20_000_000
"""alpha rao: twice what a pool must keep."""
COLD = (1, 2, 3)
STRANGERS = (8, 0, 999)
"""Accounts that most worlds do not know."""
NEWCOMERS = 2_000
"""Accounts from here on are new, each once."""
PAYOUTS = (
    1,
    HALF_FEE,
    DEFAULT_STAKING_FEE,
    HALF_FEE + 1,
    DEFAULT_STAKING_FEE + 1,
    DEFAULT_STAKING_FEE - 1,
    HALF_FEE - 1,
    DEFAULT_STAKING_FEE + HALF_FEE,
)
"""rao above the minimum stake that a sale is aimed at: the bounds between which a move is refused, burned and carried
out."""
SIGNED = 2**63
"""The least amount that is no i64."""
DEEP = (SIGNED >> 17) ** 2
"""The least product of reserves of a pool that takes so much: it takes about 2^17 times its liquidity at most."""
PRICES = (10**9, 1, 10**9 - 1, 10**9 + 1, 10**18, 2**63)


def u64(number: int) -> int:
    """Return the number, or the end of the range of u64 that it is beyond."""
    return min(max(number, 0), U64_MAX)


def displaced_senators(state: State) -> tuple[AccountId, ...]:
    """Return the members of the senate that have lost their uid on root."""
    senate = state.senate
    return tuple(one for one in senate if one not in state.subnet(ROOT).neurons.uids) if senate else ()


@frozen
class Position:
    """Stake of a coldkey on a hotkey of a subnet."""

    hotkey: AccountId
    coldkey: AccountId
    netuid: NetUid
    held: Alpha


@mutable
class Context:
    """Choices in view of one state."""

    state: State
    choices: Choices
    valid_only: bool = False
    limit: Limit | Threshold | None = None
    """What the call shall come upon: it is made for the accounts and the network of that."""
    _networks: list[NetUid] | None = field(default=None, init=False)

    def boundary(self, of_256: int = BOUNDARY) -> bool:
        """Return whether the next choice shall be a boundary one."""
        return self.choices.byte() >= 256 - of_256 and not self.valid_only

    @property
    def networks(self) -> list[NetUid]:
        """Return the netuids of the networks that exist, root last, so that the plainest choice is a subnet."""
        if self._networks is None:
            known = self.state.subnets
            self._networks = sorted(netuid for netuid, subnet in known.items() if subnet.added and netuid != ROOT)
            if self.state.subnet(ROOT).added:
                self._networks.append(ROOT)
        return self._networks

    def netuid(self, *, root: bool = True, fits: Callable[[NetUid], bool] | None = None) -> NetUid:
        """Return the netuid of a network, of those that ``fits`` if there are such, or a boundary one of none."""
        if self.limit is not None and self.limit.netuid is not None:
            return self.limit.netuid
        if self.boundary(12):
            return NetUid(self.choices.pick((7, 0, 65_535, 256)))
        networks = self.networks
        if not root and networks and networks[-1] == ROOT:
            networks = networks[:-1]
        if fits is not None and not self.boundary(12):
            networks = [netuid for netuid in networks if fits(netuid)] or networks
        return self.choices.pick(networks) if networks else NetUid(1)

    def other_than(self, netuid: NetUid) -> NetUid:
        """Return the next network that may be traded on, or the same if there is no other."""
        networks = [one for one in self.networks if self.tradable(one)]
        at = networks.index(netuid) + 1 if netuid in networks else 0
        return networks[at % len(networks)] if networks else netuid

    def liquid(self, netuid: NetUid) -> bool:
        """Return whether a network's stake may be traded, and its pool has more than a small trade needs."""
        pool = self.state.pool(netuid)
        return (pool.alpha_in > LIQUID or is_stable(self.state, netuid)) and self.tradable(netuid)

    def deep(self, netuid: NetUid) -> bool:
        """Return whether a network's pool takes an amount that is no i64 before its price is the highest."""
        pool = self.state.pool(netuid)
        return pool.tao * pool.alpha_in >= DEEP and self.tradable(netuid)

    def tradable(self, netuid: NetUid) -> bool:
        """Return whether a network's stake may be bought and sold."""
        return self.state.runtime.staking.is_token_enabled(self.state, netuid)

    def open(self, netuid: NetUid) -> bool:
        """Return whether a network takes registrations in this block."""
        subnet = self.state.subnet(netuid)
        terms, hyperparameters = subnet.registration, subnet.hyperparameters
        return (
            hyperparameters.network_registration_allowed
            and terms.registrations_this_block < hyperparameters.max_registrations_per_block
            and terms.registrations_this_interval < hyperparameters.target_registrations_per_interval * 3
        )

    def hasty(self, netuid: NetUid) -> bool:
        """Return whether a network has validators that may set weights in this block."""
        subnet, block = self.state.subnet(netuid), self.state.block_number
        limit = subnet.hyperparameters.weights_set_rate_limit
        neurons = subnet.neurons
        return bool(neurons.keys) and (not limit or block >= max(neurons.last_update, default=0) + limit)

    @property
    def waiting_for_root(self) -> tuple[AccountId, ...]:
        """Return the hotkeys without a uid on root, those with the most stake there first."""
        taken = self.state.subnet(ROOT).neurons.uids
        waiting = [hotkey for hotkey in self.state.owner if hotkey not in taken]
        return tuple(sorted(waiting, key=lambda one: (-stake_of_hotkey(self.state, one, ROOT), one))[:2])

    def for_root(self, coldkey: AccountId, hotkey: AccountId) -> Rao:
        """Return rao to stake by which a hotkey comes to just the stake that a uid on root takes, or well above."""
        _, lowest = lowest_root_stake(self.state)
        missing = max(lowest - stake_of_hotkey(self.state, hotkey, ROOT), 0) + self.state.runtime.constants.staking_fee
        balance = self.state.balances.get(coldkey, 0)
        return Rao(
            max(min(self.choices.pick((missing + 1, balance, missing, 2 * missing)), balance), self._least_added(ROOT))
        )

    def payer(self, least: int | None = None) -> AccountId:
        """Return an account with a balance of more than ``least`` rao, the least to stake if None; or any."""
        if self.limit is not None and self.limit.coldkey is not None:
            return self.limit.coldkey
        if self.boundary():
            return AccountId(self.choices.pick((*COLD, *STRANGERS)))
        least = self._least_added(ROOT) if least is None else least
        rich = [account for account, balance in self.state.balances.items() if balance > least + EXISTENTIAL_DEPOSIT]
        if (beyond := [one for one in rich if self.state.balances[one] >= SIGNED]) and self.choices.chance(128):
            rich = beyond
        return self.choices.pick(sorted(rich)) if rich else AccountId(1)

    def hotkey(self) -> AccountId:
        """Return a hotkey that exists, or a stranger."""
        owner = self.state.owner
        if self.limit is not None and self.limit.hotkey is not None:
            return self.limit.hotkey
        if self.limit is not None and self.limit.coldkey is not None:
            owned = [one for one in self.state.owned_hotkeys.get(self.limit.coldkey, ()) if one in owner]
            return self.choices.pick(owned) if owned else AccountId(11)
        if self.boundary(12):
            return AccountId(self.choices.pick(STRANGERS))
        return self.choices.pick(sorted(owner)) if owner else AccountId(11)

    def owned(self) -> tuple[AccountId, AccountId]:
        """Return a hotkey and its owner, or oddly somebody else."""
        hotkey = self.hotkey()
        owner = self.state.owner.get(hotkey, AccountId(1))
        return hotkey, AccountId(self.choices.pick((1, 2, 3, 8))) if self.boundary() else owner

    def newcomer(self) -> AccountId:
        """Return an account that nothing knows yet, or oddly a known hotkey."""
        if self.boundary() and self.limit is None:
            return self.hotkey()
        account = NEWCOMERS + self.choices.byte()
        while account in self.state.owner or account in self.state.staking_hotkeys or account in self.state.balances:
            account += 1
        return AccountId(account)

    def position(self, *, of_owner: bool = False, root: bool = True) -> Position:
        """Return a position on an existing network; ``of_owner``: of the coldkey that owns the hotkey.

        Without ``root`` it is none on the root network, if there are others.
        """
        networks = self.networks
        if not root and len(networks) > 1 and networks[-1] == ROOT:
            networks = networks[:-1]
        if networks:
            # begin somewhere and take the first that fits, because listing all is slow in large worlds
            start = self.choices.byte() % len(networks)
            skip = self.choices.byte()
            worthless, minimum = self.boundary(), self.state.runtime.constants.min_stake
            rest: Position | None = None
            for netuid in (*networks[start:], *networks[:start]):
                found = self._positions(netuid, of_owner)
                least = (
                    0
                    if worthless
                    else self._selling(self.state.pool(netuid), minimum + PAYOUTS[0], is_stable(self.state, netuid))
                )
                shift = skip % len(found) if found else 0
                for hotkey, coldkey in (*found[shift:], *found[:shift]):
                    held = self.state.runtime.shares.stake_of(self.state.subnet(netuid).share_pools[hotkey], coldkey)
                    rest = Position(hotkey, coldkey, netuid, held)
                    if held >= least and (worthless or self.tradable(netuid)):
                        return rest
            if rest is not None:
                return rest
        return Position(AccountId(11), AccountId(1), NetUid(1), Alpha(0))

    def _positions(self, netuid: NetUid, of_owner: bool) -> list[tuple[AccountId, AccountId]]:
        owner = self.state.owner
        return sorted(
            (hotkey, coldkey)
            for hotkey, pool in self.state.subnet(netuid).share_pools.items()
            if pool.denominator and hotkey in owner
            for coldkey in pool.shares
            if not of_owner or owner[hotkey] == coldkey
        )

    def tao_amount(self, coldkey: AccountId, netuid: NetUid) -> Rao:
        """Return rao to stake: near the minimum, near all that is there, or in between."""
        balance, least = self.state.balances.get(coldkey, 0), self._least_added(netuid)
        if balance >= SIGNED and self.choices.chance(64):
            signed = self._with_fee(netuid, SIGNED)
            return Rao(self.choices.pick((signed, balance, signed - 1, SIGNED)))
        part = balance * (1 + self.choices.byte()) >> 10
        valid = (least, 10**9, part, least + 1, balance - EXISTENTIAL_DEPOSIT, balance, part >> 3, 1_000_001)
        boundary = (
            least - 1,
            self.state.runtime.constants.min_stake,
            balance + 1,
            0,
            525_000,
            U64_MAX,
            balance - EXISTENTIAL_DEPOSIT - 1,
        )
        largest = self._largest_input(self.state.pool(netuid).tao)
        if largest <= balance and self.choices.chance(48):
            return Rao(u64(largest + int(self.boundary(64))))
        amount = self.choices.pick(boundary) if self.boundary() else max(min(self.choices.pick(valid), balance), least)
        return Rao(u64(self._in_parts(amount)))

    def _least_added(self, netuid: NetUid) -> int:
        """Return the least rao to stake: the minimum stake and its fee."""
        return self._with_fee(netuid, self.state.runtime.constants.min_stake)

    def _with_fee(self, netuid: NetUid, amount: int) -> int:
        """Return the rao that are an amount and its fee, which is a part of all where a pool takes it."""
        if self.state.runtime.spec_version <= LAST_WITHOUT_RANGES:
            return amount + DEFAULT_STAKING_FEE
        rate = self.state.subnet(netuid).hyperparameters.fee_rate
        return -(-amount * U16_MAX // max(U16_MAX - rate, 1))

    def _largest_input(self, reserve: int) -> int:
        """Return the most that a pool with a reserve takes of its kind, where there is such a bound; else no u64."""
        bounded = self.state.runtime.staking.require_input is require_input_within_reserve
        return largest_amount(self.state.runtime.pools.weights, reserve) if bounded else U64_MAX + 1

    def _exact(self, position: Position) -> int:
        """Return what has to be sold for exactly the least that a removal of a part may bring; 0 if nothing does."""
        least, state = self.state.runtime.constants.min_stake, self.state
        low, high = 0, int(position.held)
        while low < high:
            middle = (low + high) // 2
            brings = sim_swap_alpha_for_tao(state, position.netuid, Alpha(middle))
            if brings is not None and brings < least:
                low = middle + 1
            else:
                high = middle
        return low

    def _in_parts(self, amount: int) -> int:
        """Return the amount, or now and then the nearest below it that is a whole number of parts of 65,535.

        A fee that is floored twice, as a rate and as a product, differs there from one that is floored once.
        """
        return amount - amount % U16_MAX if self.choices.chance(24) and amount > 100 * U16_MAX else amount

    def alpha_amount(self, position: Position) -> Alpha:
        """Return alpha rao to sell: all, all but a rest of 1, a part, or what pays a sum on a boundary."""
        held, pool = position.held, self.state.pool(position.netuid)
        stable = is_stable(self.state, position.netuid)
        mass = locked(self.state, position.coldkey, position.netuid)
        if mass and self.choices.chance(64):
            free = stake_on_subnet(self.state, position.coldkey, position.netuid) - mass
            return Alpha(u64(min(free, held) + int(self.boundary(64))))
        if self.state.runtime.spec_version > LAST_WITHOUT_RANGES and self.choices.chance(24):
            return Alpha(u64(self._exact(position) - int(self.boundary(64))))
        minimum = self.state.runtime.constants.min_stake
        least = self._selling(pool, minimum + PAYOUTS[0], stable)
        part = held * (1 + self.choices.byte()) >> 8
        choice = self.choices.byte()
        if self.boundary():
            boundary = (held + 1, self._selling(pool, minimum, stable), 0, U64_MAX, least - 1)
            return Alpha(u64(boundary[choice % len(boundary)]))
        aimed = self._selling(pool, minimum + PAYOUTS[(choice >> 3) % len(PAYOUTS)], stable)
        valid = (held // 2, aimed, part, held, held - 1, aimed + 1, part >> 4, held - least)
        return Alpha(self._in_parts(min(max(valid[choice & 7], least), max(held, 0))))

    @staticmethod
    def _selling(pool: Pool, payout: int, stable: bool) -> int:
        """Return the least alpha rao that sell for ``payout`` rao, as far as the pool's rounding allows."""
        if stable:
            return payout
        if pool.tao <= payout + MINIMUM_POOL_LIQUIDITY:
            return U64_MAX  # no amount does
        return -(-pool.alpha_in * payout // (pool.tao - payout))

    def buying_limit(self, netuid: NetUid, amount: Rao) -> tuple[int, Rao]:
        """Return a limit price for staking and the amount, aimed so that the two are equal, one apart, or far."""
        pool, choice = self.state.pool(netuid), self.choices.byte()
        stable = is_stable(self.state, netuid)
        if stable or not pool.alpha_in:
            return (PRICES[choice % len(PRICES)], amount) if self.boundary(64) else (10**9, amount)
        exact = -(-(pool.tao + amount) * 10**9 // pool.alpha_in)
        if self.boundary(64):
            now = pool.tao * 10**9 // pool.alpha_in
            limit = u64((exact, exact - 1, now, now + 1, 0, now - 1, 1)[choice % 7])
            beyond = u64(pool_rules.max_amount_add(stable, pool.tao, pool.alpha_in, limit) + 1)
            return limit, Rao(beyond) if choice % 7 == 0 and beyond < 2 * amount else amount
        limit = u64((exact, U64_MAX, exact + 1, 2 * exact)[choice & 3])
        maximum = pool_rules.max_amount_add(stable, pool.tao, pool.alpha_in, limit)
        return limit, maximum if choice & 4 and amount <= maximum < 2 * amount else amount

    def selling_limit(self, netuid: NetUid, amount: Alpha, held: Alpha) -> tuple[int, Alpha]:
        """Return a limit price for unstaking and the amount, aimed likewise."""
        pool, choice = self.state.pool(netuid), self.choices.byte()
        stable = is_stable(self.state, netuid)
        if stable or not pool.alpha_in:
            return (PRICES[choice % len(PRICES)], amount) if self.boundary(64) else (10**9, amount)
        exact = pool.tao * 10**9 // (pool.alpha_in + amount)
        if self.boundary(64):
            now = pool.tao * 10**9 // pool.alpha_in
            limit = u64((exact, exact + 1, now, now + 1, U64_MAX, now - 1, 10**9)[choice % 7])
            beyond = u64(pool_rules.max_amount_remove(stable, pool.tao, pool.alpha_in, limit) + 1)
            return limit, Alpha(beyond) if choice % 7 == 0 and beyond < 2 * amount else amount
        limit = u64((exact, 0, exact - 1, exact // 2)[choice & 3])
        maximum = pool_rules.max_amount_remove(stable, pool.tao, pool.alpha_in, limit)
        return limit, maximum if choice & 4 and amount >> 1 <= maximum <= held else amount

r"""Root claims: what stakers of root earn of each subnet's alpha.

[until 337] Stakers of root are paid in TAO at each epoch; see [DIV-9](#div-9).

[since 338] **A rate for each hotkey.** An epoch no longer pays the stakers of root. Of the alpha that is theirs it
raises a rate, `RootClaimable`: what a rao of root stake on the hotkey has earned of that subnet since the beginning.
What a
coldkey is owed is its root stake times the rate, less what counts as claimed, `RootClaimed`. That grows with new stake,
so that it earns nothing of the past, and with what is claimed.

[since 338] **Who claims.** A coldkey may by a call, and each block claims for some: those that the hash of the block
before draws among all that ever staked on root. What is claimed is sold and the TAO staked on root, or, if the coldkey
chose so, kept as stake on the subnet. TAO that is staked so joins no pool: that of root does not count it.

[since 338] What each event does to the two:

| | counts as claimed | rate |
|---|---|---|
| [since 338] alpha is set aside at an epoch | | rises by the alpha over the root stake |
| [since 338] root stake is bought | rises by the rate times the stake | |
| [since 338] root stake is sold | falls by the rate times the stake, not below 0 | |
| [since 338] root stake moves within root | | |
| [since 338] a claim | rises by what is claimed, and by the rate times what is staked on root | |
| [since 338] a hotkey is swapped | follows where the coldkey holds alpha of the subnet | of all subnets follows |
| [since 338] a coldkey is swapped | follows where the coldkey holds alpha of the subnet | |
| [since 338] a subnet is dissolved | is forgotten | is forgotten |
"""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import floored

SWAP, KEEP = "Swap", "Keep"
Choice = str | tuple[int, ...]
"""What becomes of claimed alpha: Swap, Keep, or the subnets on which it is kept."""


def rate_after_rounded(rate: Fraction, amount: int, root_stake: int) -> Fraction:
    """Return the rate with the increment cut to 32 fraction bits."""
    return rate + floored(Fraction(amount, root_stake)) if root_stake and amount <= root_stake else rate


@rule("CLAIM-1", since=338, rounded=rate_after_rounded)
def rate_after(rate: Fraction, amount: int, root_stake: int) -> Fraction:
    r"""Rate of a hotkey.

    Statement: Alpha that is set aside for the stakers of root on a hotkey MUST raise its rate on that subnet by the
        alpha over the root stake on the hotkey. If the alpha is more than that stake, the owner of the hotkey MUST get
        it as stake on the subnet instead, and the rate stays.
    Formula: $$ r' = r + \frac{x}{R} $$
    Units: alpha rao per rao.
    Rounding: floored in I96F32; what is cut off is nobody's.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `increase_root_claimable_for_hotkey_and_subnet`
    Known violation: The alpha that is set aside counts in `SubnetAlphaOut`, but is nobody's stake until it is claimed.
    Example: 2 alpha on 8 TAO.

        >>> rate_after(Fraction(0), 2 * 10**9, 8 * 10**9)
        Fraction(1, 4)
    """
    return rate + Fraction(amount, root_stake) if root_stake and amount <= root_stake else rate


@rule("CLAIM-2", since=338)
def owed(rate: Fraction, root_stake: int, claimed: int) -> Fraction:
    r"""Alpha that a coldkey is owed.

    Statement: A coldkey MUST be owed its root stake on a hotkey times the rate, less what counts as claimed. That may
        be less than 0.
    Formula: $$ o = r\,s - c $$
    Units: alpha rao.
    Rounding: none: it is a number of I96F32.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `get_root_owed_for_hotkey_coldkey_float`
    Example: 8 TAO at a rate of 1/4, 0.5 alpha claimed before.

        >>> owed(Fraction(1, 4), 8 * 10**9, 5 * 10**8)
        Fraction(1500000000, 1)
    """
    return rate * root_stake - claimed


def amount_claimed_rounded(owed: Fraction, threshold: Fraction) -> Fraction:
    """Return the whole amount."""
    return floored(amount_claimed(owed, threshold), 0)


@rule("CLAIM-3", since=338, rounded=amount_claimed_rounded)
def amount_claimed(owed: Fraction, threshold: Fraction) -> Fraction:
    r"""Amount of a claim.

    Statement: A claim MUST take all that is owed, or nothing if that is below `RootClaimableThreshold`.
    Formula: $$ x = o \text{ if } o \ge m, \text{ else } 0 $$
    Units: alpha rao.
    Rounding: floored; the rest stays owed.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `root_claim_on_subnet`
    Example: At the default of 500 000.

        >>> amount_claimed(Fraction(500_001), Fraction(500_000)), amount_claimed(Fraction(1), Fraction(500_000))
        (Fraction(500001, 1), Fraction(0, 1))
    """
    return max(owed, Fraction(0)) if owed >= threshold else Fraction(0)


def claimed_after_stake_rounded(claimed: Fraction, rate: Fraction, amount: int, is_added: bool) -> Fraction:
    """Return what counts as claimed with the product floored."""
    change = floored(rate * amount, 0)
    return claimed + change if is_added else max(claimed - change, Fraction(0))


@rule("CLAIM-4", since=338, rounded=claimed_after_stake_rounded)
def claimed_after_stake(claimed: Fraction, rate: Fraction, amount: int, is_added: bool) -> Fraction:
    r"""Claims of changed stake.

    Statement: When root stake is bought, what counts as claimed MUST grow by the rate times the stake, on every subnet
        on which the hotkey has a rate; when it is sold, shrink by that, not below 0.
    Formula: $$ c' = \max(0, c \pm r\,s) $$
    Units: alpha rao.
    Rounding: the product is floored.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `add_stake_adjust_root_claimed_for_hotkey_and_coldkey`,
        `remove_stake_adjust_root_claimed_for_hotkey_and_coldkey`
    Known violation: What counts as claimed does not fall below 0: who sells stake before claiming loses what is owed,
        all of it with the last of the stake. What is sold subtracts the alpha that the call names, even if less left
        the share pool. Stake that moves within root to another hotkey or coldkey changes nothing here: who gets it is
        owed all that it would have earned from the beginning, and who gave it keeps what counts as claimed.
    Example: 8 TAO at a rate of 1/4 come and leave again.

        >>> claimed_after_stake(Fraction(0), Fraction(1, 4), 8, True), claimed_after_stake(
        ...     Fraction(2), Fraction(1, 4), 8, False
        ... )
        (Fraction(2, 1), Fraction(0, 1))
    """
    change = rate * amount
    return claimed + change if is_added else max(claimed - change, Fraction(0))


@rule("CLAIM-4", since=366, rounded=claimed_after_stake_rounded)
def claimed_after_moved_stake(claimed: Fraction, rate: Fraction, amount: int, is_added: bool) -> Fraction:
    r"""Claims of changed stake.

    Change: Stake that moves within root takes along what counts as claimed. Who received it had been owed all that the
        hotkey had ever earned, and who sent it nothing of what was still due.
    Statement: When root stake is bought, or arrives from another position on root, what counts as claimed MUST grow by
        the rate times the stake, on every subnet on which the hotkey has a rate; when it is sold, or leaves for another
        position on root, shrink by that, not below 0. Both ends count at the rates of their own hotkey.
    Formula: $$ c' = \max(0, c \pm r\,s) $$
    Units: alpha rao.
    Rounding: the product is floored.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `add_stake_adjust_root_claimed_for_hotkey_and_coldkey`,
        `remove_stake_adjust_root_claimed_for_hotkey_and_coldkey`; `pallets/subtensor/src/staking/stake_utils.rs`,
        `transfer_stake_within_subnet`
    Known violation: What is sold or sent subtracts the amount that the call names, even if less left the share pool;
        what arrives adds what left.
    Example: 8 rao at a rate of 1/4 move: what is due stays with the sender.

        >>> claimed_after_moved_stake(Fraction(2), Fraction(1, 4), 8, False), claimed_after_moved_stake(
        ...     Fraction(0), Fraction(1, 4), 8, True
        ... )
        (Fraction(0, 1), Fraction(2, 1))
    """
    return claimed_after_stake(claimed, rate, amount, is_added)


@rule("CLAIM-5", since=338)
def after_claim(claimed: Fraction, rate: Fraction, amount: int, tao: int | None) -> tuple[Fraction, int]:
    r"""Claim on a subnet.

    Statement: A claim MUST take the alpha of [CLAIM-3](#claim-3). A coldkey that keeps its claims gets it as stake on
        the subnet. For others it is sold at any price, free of the fee, and the TAO becomes root stake of the coldkey
        on the hotkey, of which the past counts as claimed ([CLAIM-4](#claim-4)); the pool of root does not grow. What
        was claimed counts as claimed then. If the pool refuses the sale nothing changes.
    Formula: $$ c' = c + x + r\,T $$
    Units: alpha rao and rao in; (what counts as claimed, rao of new root stake) out.
    Rounding: none beyond that of the parts.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `root_claim_on_subnet`
    Known violation: `SubnetTAO` of root and `TotalStake` do not count the TAO that a claim stakes there. Where the pool
        holds less than the swap comes to, nothing is claimed, but the price has moved all the same.
    Example: 4 alpha bring 2 TAO at a rate of 1/2; kept, they bring none.

        >>> after_claim(Fraction(0), Fraction(1, 2), 4, 2), after_claim(Fraction(0), Fraction(1, 2), 4, None)
        ((Fraction(5, 1), 2), (Fraction(4, 1), 0))
    """
    if tao is None:
        return claimed + amount, 0
    return claimed_after_stake(claimed, rate, tao, True) + amount, tao


@rule("CLAIM-5", since=361)
def after_claim_kept_by_subnet(claimed: Fraction, rate: Fraction, amount: int, tao: int | None) -> tuple[Fraction, int]:
    r"""Claim on a subnet.

    Change: A coldkey may keep the alpha of some subnets and sell that of the others.
    Statement: A claim MUST take the alpha of [CLAIM-3](#claim-3). A coldkey that keeps its claims, all or those on this
        subnet ([CLAIM-10](#claim-10)), gets it as stake on the subnet. For others it is sold at any price, free of the
        fee, and the TAO becomes root stake of the coldkey on the hotkey, of which the past counts as claimed
        ([CLAIM-4](#claim-4)); the pool of root does not grow. What was claimed counts as claimed then. If the pool
        refuses the sale nothing changes.
    Formula: $$ c' = c + x + r\,T $$
    Units: alpha rao and rao in; (what counts as claimed, rao of new root stake) out.
    Rounding: none beyond that of the parts.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `root_claim_on_subnet`
    Known violation: `SubnetTAO` of root and `TotalStake` do not count the TAO that a claim stakes there.
    Example: 4 alpha bring 2 TAO at a rate of 1/2; kept, they bring none.

        >>> sold, kept = (after_claim_kept_by_subnet(Fraction(0), Fraction(1, 2), 4, tao) for tao in (2, None))
        >>> sold, kept
        ((Fraction(5, 1), 2), (Fraction(4, 1), 0))
    """
    return after_claim(claimed, rate, amount, tao)


@rule("CLAIM-6", since=338)
def order_of_claims(hotkeys: list[int], rates: Mapping[int, Mapping[int, Fraction]]) -> list[tuple[int, int]]:
    r"""Order of claims.

    Statement: A coldkey MUST claim on its hotkeys in the order of `StakingHotkeys`, and on each of these on the subnets
        with a rate by netuid. What one claim stakes on root counts for the next.
    Formula: none.
    Units: (hotkey, netuid).
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `do_root_claim`, `root_claim_all`
    Example: Two hotkeys.

        >>> order_of_claims([9, 8], {8: {1: Fraction(1)}, 9: {2: Fraction(1), 1: Fraction(1)}})
        [(9, 1), (9, 2), (8, 1)]
    """
    return [(hotkey, netuid) for hotkey in hotkeys for netuid in sorted(rates.get(hotkey, {}))]


@rule("CLAIM-7", since=338)
def indices_drawn(parent_hash: bytes, draws: int, count: int) -> list[int]:
    r"""Claims of blocks.

    Statement: After pending children came into force a block MUST claim for the coldkeys with the drawn indices, in
        ascending order, each once. The hash of the block before is four numbers of 64 bits, the first byte the highest.
        A draw adds the next of them, from the first on and around, to the index before, saturating, and takes the
        remainder by the number of indices; before the first draw stands the first number.
    Formula: $$ i_k = (i_{k-1} + h_{k \bmod 4}) \bmod n, \qquad i_{-1} = h_0 $$
    Units: indices; `NumRootClaim` draws.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `block_hash_to_indices`, `run_auto_claim_root_divs`
    Known violation: The draw is not uniform: from the fifth on the words of the hash repeat, so that the steps between
        the indices are the same again. An index is kept without root stake, and drawn in vain.
    Example: A chain that has no block before has 69 in each byte of the hash.

        >>> indices_drawn(bytes([69] * 32), 5, 3), indices_drawn(bytes([69] * 32), 5, 4)
        ([0], [0, 1, 2, 3])
    """
    words = [int.from_bytes(parent_hash[start : start + 8], "big") for start in range(0, 32, 8)]
    drawn, last = set(), words[0]
    for draw in range(draws):
        last = min(last + words[draw % 4], 2**64 - 1) % count if count else 0
        drawn.add(last)
    return sorted(drawn)


@rule("CLAIM-8", since=338)
def index(coldkeys: list[int], coldkey: int) -> list[int]:
    r"""Indices of coldkeys.

    Statement: A coldkey MUST get the next index when it buys root stake, calls anything of this chapter, or is found:
        at its end each block looks at the next 30 entries of `Alpha` in the order of their hashed keys, and from the
        beginning again once it came to the end. A coldkey keeps its index for good.
    Formula: none.
    Units: the coldkeys in the order of their indices.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `maybe_add_coldkey_index`;
        `pallets/subtensor/src/staking/helpers.rs`, `populate_root_coldkey_staking_maps`
    Example: A third coldkey, twice.

        >>> index(index([5, 7], 6), 6)
        [5, 7, 6]
    """
    return coldkeys if coldkey in coldkeys else [*coldkeys, coldkey]


@rule("CLAIM-9", since=338)
def may_claim(subnets: int) -> str | None:
    r"""Call claim_root.

    Statement: The signer MUST claim what it is owed of the named subnets, on all its hotkeys, and get an index.
        `RootClaimed` names it.
    Formula: none.
    Units: how many different subnets are named in; the rejection out.
    Rounding: none.
    Rejections: `InvalidSubnetNumber` for none and for more than 5.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `claim_root`
    Example: Six are too many.

        >>> may_claim(5), may_claim(6)
        (None, 'InvalidSubnetNumber')
    """
    return None if 0 < subnets <= 5 else "InvalidSubnetNumber"


@rule("CLAIM-10", since=338)
def choice_after(before: Choice, chosen: Choice) -> Choice:
    r"""Call set_root_claim_type.

    Statement: The choice of the signer, to have claims sold or to keep them, MUST hold for all its claims to come; it
        gets an index. `RootClaimTypeSet` names both. Who never chose has them sold.
    Formula: none.
    Units: Swap or Keep.
    Rounding: none.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_root_claim_type`
    Known violation: The choice does not follow a swapped coldkey.
    Example: From the default.

        >>> choice_after(SWAP, KEEP)
        'Keep'
    """
    return chosen


@rule("CLAIM-10", since=361)
def choice_by_subnet(before: Choice, chosen: Choice) -> Choice:
    r"""Call set_root_claim_type.

    Change: The signer may name the subnets whose alpha it keeps.
    Statement: The choice of the signer, to have claims sold, to keep them, or to keep those on the subnets that it
        names and have the others sold, MUST hold for all its claims to come; it gets an index. `RootClaimTypeSet` names
        both. Who never chose has them sold. A named subnet need not exist.
    Formula: none.
    Units: Swap, Keep, or KeepSubnets with netuids, which are stored ascending.
    Rounding: none.
    Rejections: `InvalidSubnetNumber` for KeepSubnets without any subnet.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_root_claim_type`
    Example: The alpha of two subnets is kept; none cannot be named.

        >>> choice_by_subnet(SWAP, (7, 1)), choice_by_subnet(SWAP, ())
        ((1, 7), 'InvalidSubnetNumber')
    """
    if isinstance(chosen, str):
        return chosen
    return tuple(sorted(set(chosen))) if chosen else "InvalidSubnetNumber"


@rule("CLAIM-11", since=338)
def may_set_draws(draws: int, by_root: bool) -> str | None:
    r"""Call sudo_set_num_root_claims.

    Statement: The number of draws of [CLAIM-7](#claim-7) MUST be the one that the root origin sets.
    Formula: none.
    Units: draws in; the rejection out.
    Rounding: none.
    Rejections: in this order: `BadOrigin`, `InvalidNumRootClaim` above 50.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `sudo_set_num_root_claims`
    Example: Too many.

        >>> may_set_draws(51, True), may_set_draws(0, True)
        ('InvalidNumRootClaim', None)
    """
    if not by_root:
        return "BadOrigin"
    return "InvalidNumRootClaim" if draws > 50 else None


@rule("CLAIM-12", since=338)
def may_set_threshold(threshold: int, by_root_or_owner: bool) -> str | None:
    r"""Call sudo_set_root_claim_threshold.

    Statement: The threshold of [CLAIM-3](#claim-3) on a subnet MUST be the one that the root origin or the owner of the
        subnet sets. The subnet need not exist.
    Formula: none.
    Units: alpha rao in; the rejection out.
    Rounding: none.
    Rejections: in this order: `BadOrigin`, `InvalidRootClaimThreshold` above 10 000 000.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `sudo_set_root_claim_threshold`
    Example: Too much.

        >>> may_set_threshold(10_000_001, True)
        'InvalidRootClaimThreshold'
    """
    if not by_root_or_owner:
        return "BadOrigin"
    return "InvalidRootClaimThreshold" if threshold > 10_000_000 else None


@rule("CLAIM-13", since=338)
def join_rates(rates: Mapping[int, Fraction], others: Mapping[int, Fraction]) -> dict[int, Fraction]:
    r"""Claims of swapped keys.

    Statement: When a hotkey is swapped, its rates MUST be added to those of the new one; what counts as claimed of a
        subnet MUST follow there for the coldkeys with an entry of shares on that subnet. When a coldkey is swapped,
        what counts as claimed MUST follow with its shares on each subnet. Of root itself nothing is claimed, but an
        entry of 0 MUST be stored where one would follow.
    Formula: $$ r'_i = r_i + q_i $$
    Units: alpha rao per rao, by netuid.
    Rounding: none; saturating.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `transfer_root_claimable_for_new_hotkey`,
        `transfer_root_claimed_for_new_keys`
    Known violation: What counts as claimed stays with the old hotkey for coldkeys that have root stake but none on the
        subnet; they are owed all of the past once more. A swap on one subnet takes the rates of all subnets along,
        while root stake and what counts as claimed elsewhere stay: the stakers of the old hotkey are owed nothing, or
        less, until it has earned as much again.
    Example: Two hotkeys.

        >>> join_rates({1: Fraction(1)}, {1: Fraction(2), 3: Fraction(4)})
        {1: Fraction(3, 1), 3: Fraction(4, 1)}
    """
    return {netuid: rates.get(netuid, Fraction(0)) + others.get(netuid, Fraction(0)) for netuid in {**rates, **others}}


@rule("CLAIM-14", since=338)
def rates_without(rates: Mapping[int, Fraction], netuid: int) -> dict[int, Fraction]:
    r"""Claims on a dissolved subnet.

    Statement: Before a subnet is dissolved, all rates on it and all that counts as claimed of it MUST be dropped. What
        was owed is lost.
    Formula: none.
    Units: alpha rao per rao, by netuid.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `finalize_all_subnet_root_dividends`
    Known violation: What stakers of root were owed is paid to nobody: the TAO of the pool is divided among those who
        hold alpha.
    Example: One of two.

        >>> rates_without({1: Fraction(1), 2: Fraction(2)}, 1)
        {2: Fraction(2, 1)}
    """
    return {other: rate for other, rate in rates.items() if other != netuid}


@rule("CLAIM-15", since=338)
def set_aside(dividend: Fraction, take: Fraction) -> tuple[Fraction, Fraction]:
    r"""Dividends of root stake.

    Statement: Of the alpha that an epoch has for the stakers of root, each hotkey MUST get its part by
        [DIV-10](#div-10). The owner gets its take of that as stake on the subnet; the rest is set aside
        ([CLAIM-1](#claim-1)) and counts in `AlphaDividendsPerSubnet`.
    Formula: $$ x = (1 - t)\,d $$
    Units: alpha rao in; (the take, the rest) out.
    Rounding: none beyond that of [DIV-7](#div-7).
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_dividends_and_incentives`
    Example: A fifth of 10.

        >>> set_aside(Fraction(10), Fraction(1, 5))
        (Fraction(2, 1), Fraction(8, 1))
    """
    return dividend * take, dividend * (1 - take)


@rule("CLAIM-15", since=361)
def set_aside_apart(dividend: Fraction, take: Fraction) -> tuple[Fraction, Fraction]:
    r"""Dividends of root stake.

    Change: What is set aside for the stakers of root is recorded by itself, so that what the stakers of a subnet were
        paid can be told from it.
    Statement: Of the alpha that an epoch has for the stakers of root, each hotkey MUST get its part by
        [DIV-10](#div-10). The owner gets its take of that as stake on the subnet; the rest is set aside
        ([CLAIM-1](#claim-1)) and is recorded in `RootAlphaDividendsPerSubnet`. `AlphaDividendsPerSubnet` holds what the
        stakers of the subnet were paid. Both hold the last epoch alone.
    Formula: $$ x = (1 - t)\,d $$
    Units: alpha rao in; (the take, the rest) out.
    Rounding: none beyond that of [DIV-7](#div-7).
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_dividends_and_incentives`
    Example: A fifth of 10.

        >>> set_aside_apart(Fraction(10), Fraction(1, 5))
        (Fraction(2, 1), Fraction(8, 1))
    """
    return set_aside(dividend, take)


@rule("CLAIM-13", since=401)
def join_rates_on_root(rates: Mapping[int, Fraction], others: Mapping[int, Fraction]) -> dict[int, Fraction]:
    r"""Claims of swapped keys.

    Change: Rates and claims follow a hotkey once, with its stake on root, and for all coldkeys. They had followed a
        swap on any one subnet, with which the stake on root did not, and stayed with coldkeys that had no stake there.
    Statement: When a hotkey is swapped on root, alone or with all networks, its rates MUST be added to those of the new
        one; and what counts as claimed MUST follow for every coldkey on every subnet on which the new one has a rate
        then. `AutoParentDelegationEnabled` follows too, if it is stored. A swap on another subnet alone moves none of
        this. When a coldkey is swapped, what counts as claimed MUST follow on each subnet on which the new one has
        stake on the hotkey after that; on root, of which nothing is claimed, an entry of 0 MUST be stored for it, and
        it gets an index ([CLAIM-8](#claim-8)).
    Formula: $$ r'_i = r_i + q_i $$
    Units: alpha rao per rao, by netuid.
    Rounding: none; saturating.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`;
        `pallets/subtensor/src/staking/claim_root.rs`, `transfer_root_claimable_for_new_hotkey`,
        `transfer_root_claimed_for_new_keys`
    Example: Two hotkeys.

        >>> join_rates_on_root({1: Fraction(1)}, {3: Fraction(4)})
        {1: Fraction(1, 1), 3: Fraction(4, 1)}
    """
    return join_rates(rates, others)

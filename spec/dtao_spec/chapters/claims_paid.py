"""Claims of root that the accounts of subnets pay, and coldkeys that are no longer looked at."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.chapters.claims import after_claim, index, indices_drawn, join_rates
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.claims"


@rule("CLAIM-8", since=401)
def index_of_either_kind(coldkeys: list[int], coldkey: int) -> list[int]:
    r"""Indices of coldkeys.

    Change: Blocks look through the shares of both kinds, those of before 401 and decimal ones.
    Statement: A coldkey MUST get the next index when it buys root stake, calls anything of this chapter, or is found:
        at its end each block looks at the next 30 entries of `Alpha`, and as many of `AlphaV2`, in the order of their
        hashed keys, and from the beginning again once it came to the end. A coldkey keeps its index for good.
    Formula: none.
    Units: the coldkeys in the order of their indices.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `maybe_add_coldkey_index`;
        `pallets/subtensor/src/staking/helpers.rs`, `populate_root_coldkey_staking_maps`,
        `populate_root_coldkey_staking_maps_v2`
    Example: A third coldkey, twice.

        >>> index_of_either_kind(index_of_either_kind([5, 7], 6), 6)
        [5, 7, 6]
    """
    return index(coldkeys, coldkey)


@rule("CLAIM-5", since=411)
def after_claim_paid_to_root(claimed: Fraction, rate: Fraction, amount: int, tao: int | None) -> tuple[Fraction, int]:
    r"""Claim on a subnet.

    Change: The TAO moves from the account of the subnet to that of root, whose pool and the total stake count it. A
        sale that is refused refuses all that the coldkey claims at once.
    Statement: A claim MUST take the alpha of [CLAIM-3](#claim-3). A coldkey that keeps its claims, all or those on this
        subnet ([CLAIM-10](#claim-10)), gets it as stake on the subnet. For others it is sold at any price, free of the
        fee, and the account of the subnet pays the TAO to that of root ([STATE-18](#state-18)). The TAO is added to
        `SubnetRootSellTao` of the subnet, taken from the flow of the protocol, `SubnetProtocolFlow`, and becomes root
        stake of the coldkey on the hotkey, of which the past counts as claimed ([CLAIM-4](#claim-4)); the TAO and the
        alpha outside of the pool of root, and total stake, grow by as much. What was claimed counts as claimed then.
    Formula: $$ c' = c + x + r\,T $$
    Units: alpha rao and rao in; (what counts as claimed, rao of new root stake) out.
    Rounding: none beyond that of the parts.
    Rejections: those of the sale and of the payment, for all that the coldkey claims.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `root_claim_on_subnet`
    Example: 4 alpha bring 2 TAO at a rate of 1/2; kept, they bring none.

        >>> [after_claim_paid_to_root(Fraction(0), Fraction(1, 2), 4, tao) for tao in (2, None)]
        [(Fraction(5, 1), 2), (Fraction(4, 1), 0)]
    """
    return after_claim(claimed, rate, amount, tao)


@rule("CLAIM-7", since=411)
def indices_drawn_of_claims_that_may_fail(parent_hash: bytes, draws: int, count: int) -> list[int]:
    r"""Claims of blocks.

    Change: What a coldkey claims may be refused, and then it has claimed nothing.
    Statement: After pending children came into force a block MUST claim for the coldkeys with the drawn indices, in
        ascending order, each once; of a claim that is refused ([CLAIM-5](#claim-5)) nothing remains, and the block goes
        on. The hash of the block before is four numbers of 64 bits, the first byte the highest. A draw adds the next of
        them, from the first on and around, to the index before, saturating, and takes the remainder by the number of
        indices; before the first draw stands the first number.
    Formula: $$ i_k = (i_{k-1} + h_{k \bmod 4}) \bmod n, \qquad i_{-1} = h_0 $$
    Units: indices; `NumRootClaim` draws.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `block_hash_to_indices`, `run_auto_claim_root_divs`
    Known violation: The draw is not uniform: from the fifth on the words of the hash repeat, so that the steps between
        the indices are the same again.
    Example: A chain that has no block before has 69 in each byte of the hash.

        >>> indices_drawn_of_claims_that_may_fail(bytes([69] * 32), 5, 3)
        [0]
    """
    return indices_drawn(parent_hash, draws, count)


@rule("CLAIM-8", since=419)
def index_while_staking(coldkeys: list[int], coldkey: int, has_root_stake: bool = True) -> list[int]:
    r"""Indices of coldkeys.

    Change: A coldkey that sells the last of its root stake loses its index, so that blocks do not draw it in vain.
    Statement: A coldkey MUST get the next index when it buys root stake, calls anything of this chapter, or is found:
        at its end each block looks at the next 30 entries of `Alpha`, and as many of `AlphaV2`, in the order of their
        hashed keys, and from the beginning again once it came to the end. When root stake of a coldkey is sold, and
        none is left on any hotkey, it MUST lose its index, which the coldkey with the last one gets.
    Formula: none.
    Units: the coldkeys in the order of their indices; whether it has root stake, when some was sold.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/claim_root.rs`, `maybe_add_coldkey_index`, `maybe_remove_coldkey_index`;
        `pallets/subtensor/src/staking/helpers.rs`, `populate_root_coldkey_staking_maps`,
        `populate_root_coldkey_staking_maps_v2`
    Known violation: Root stake that moves to another coldkey or hotkey leaves the index where it is. Where the index is
        the last one, the number of indices falls all the same.
    Example: A third coldkey comes, and the first goes.

        >>> index_while_staking(index_while_staking([5, 7], 6), 5, has_root_stake=False)
        [6, 7]
    """
    if has_root_stake:
        return coldkeys if coldkey in coldkeys else [*coldkeys, coldkey]
    if coldkey not in coldkeys:
        return coldkeys
    *others, last = coldkeys
    return [last if one == coldkey else one for one in others]


@rule("CLAIM-13", since=419)
def join_rates_without_old_index(rates: Mapping[int, Fraction], others: Mapping[int, Fraction]) -> dict[int, Fraction]:
    r"""Claims of swapped keys.

    Change: A coldkey that is swapped loses its index.
    Statement: When a hotkey is swapped on root, alone or with all networks, its rates MUST be added to those of the new
        one; and what counts as claimed MUST follow for every coldkey on every subnet on which the new one has a rate
        then. `AutoParentDelegationEnabled` follows too, if it is stored. A swap on another subnet alone moves none of
        this. When a coldkey is swapped, what counts as claimed MUST follow on each subnet on which the new one has
        stake on the hotkey after that; on root, of which nothing is claimed, an entry of 0 MUST be stored for it, which
        keeps the hotkey from being swapped in ([KEY-1](#key-1)), and it gets an index ([CLAIM-8](#claim-8)). Once root
        was gone through, the old one MUST lose its index.
    Formula: $$ r'_i = r_i + q_i $$
    Units: alpha rao per rao, by netuid.
    Rounding: none; saturating.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`;
        `pallets/subtensor/src/staking/claim_root.rs`, `transfer_root_claimable_for_new_hotkey`,
        `transfer_root_claimed_for_new_keys`; `pallets/subtensor/src/swap/swap_coldkey.rs`, `transfer_coldkey_stake`
    Example: Two hotkeys.

        >>> join_rates_without_old_index({1: Fraction(1)}, {3: Fraction(4)})
        {1: Fraction(1, 1), 3: Fraction(4, 1)}
    """
    return join_rates(rates, others)

"""Swaps of keys since stakers of root claim: claims and destinations of earnings follow too."""

from collections.abc import Mapping

from dtao_spec.chapters.keys.effects import swap_coldkey, swap_hotkey_with_ownership
from dtao_spec.chapters.keys.hotkeys import Amounts, Network, Wallet, move_last_dividends
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.keys"


@rule("KEY-3", since=338)
def swap_hotkey_with_claims(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: Claims of root stakers and destinations of earnings follow, relations of children are made consistent or the
        swap is refused, and there is no senate any more.
    Statement: The owner MUST change first ([KEY-4](#key-4)). Then on every existing network the totals
        ([KEY-4](#key-4)), the neuron ([KEY-5](#key-5)), children and parents ([KEY-6](#key-6)), pending children
        ([KEY-7](#key-7)), the destinations of earnings ([KEY-13](#key-13)), the owner hotkey (`SubnetOwnerHotkey`),
        what the last epoch left and paid ([KEY-11](#key-11)), claims ([CLAIM-13](#claim-13)) and the shares
        ([KEY-9](#key-9)) MUST move, in this order; then the take as a delegate, if there is one, and the lists of those
        that coldkeys stake with: every coldkey that has shares of the old hotkey and stakes with it MUST have the new
        one last, in place of both. What is stored under a netuid without a network MUST stay with the old hotkey.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Rejections: those of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Known violation: Childkey takes do not follow. Stake on a network that does not exist stays with a hotkey that
        nobody owns.
    Example: The stake on an existing network goes, that under another netuid stays.

        >>> from fractions import Fraction
        >>> from dtao_spec.chapters.keys.hotkeys import Stake
        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> [list(swap_hotkey_with_claims(Network(exists, stakes), "h", "g", rules=Computation(338)).stakes)
        ...     for exists in (True, False)]
        [['g'], ['h']]
    """
    return swap_hotkey_with_ownership(network, old, new, rules=rules) if network.exists else network


@rule("KEY-3", since=401)
def swap_hotkey_with_holders(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: A coldkey whose shares of the old hotkey are all 0 stakes with both hotkeys afterwards. It had the new one
        in place of the old one.
    Statement: The owner MUST change first ([KEY-4](#key-4)). Then on every existing network the totals
        ([KEY-4](#key-4)), the neuron ([KEY-5](#key-5)), children and parents ([KEY-6](#key-6)), pending children
        ([KEY-7](#key-7)), the destinations of earnings ([KEY-13](#key-13)), the owner hotkey (`SubnetOwnerHotkey`),
        what the last epoch left and paid ([KEY-11](#key-11)), claims ([CLAIM-13](#claim-13)) and the shares
        ([KEY-9](#key-9)) MUST move, in this order; then the take as a delegate, if there is one, and the lists of those
        that coldkeys stake with: every coldkey that has shares of the old hotkey other than 0 and stakes with it MUST
        have the new one last, in place of both; one whose shares are all 0 MUST have the new one besides. What is
        stored under a netuid without a network MUST stay with the old hotkey.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Rejections: those of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Known violation: Childkey takes do not follow. Stake on a network that does not exist stays with a hotkey that
        nobody owns.
    Example: What is stored under a netuid without a network stays.

        >>> network = Network(exists=False)
        >>> swap_hotkey_with_holders(network, "h", "g", rules=Computation(401)) == network
        True
    """
    return swap_hotkey_with_claims(network, old, new, both_in_senate, rules=rules)


@rule("KEY-8", since=338)
def swap_coldkey_with_claims(
    network: Network, wallets: Mapping[str, Wallet], old: str, new: str
) -> tuple[Network, Mapping[str, Wallet]]:
    r"""Effects of a coldkey swap.

    Change: What counts as claimed follows, and destinations of earnings follow subnet by subnet.
    Statement: Where a network exists, the new coldkey MUST own it if the old one did, have the old one's destination of
        earnings there ([KEY-13](#key-13)), and the shares that the old one has of the hotkeys that it stakes with MUST
        be added to its own, also where they are 0; claims follow them ([CLAIM-13](#claim-13)). The hotkeys that the
        old one stakes with, and those that it owns, MUST be appended to the new one's, unless they are there; and what
        is left of the balance MUST be added to its balance.
    Formula: $$ s_{new}' = s_{new} + s_{old}, \qquad s_{old}' = 0 $$
    Units: shares; rao.
    Rounding: none; sums saturate. A balance below the existential deposit does not arrive.
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `perform_swap_coldkey`
    Known violation: Shares under a netuid whose network does not exist stay with the old coldkey. Entries of 0 shares
        are written where there were none. Subnets without an owner belong to the account of zeros, and follow it.
    Example: alice becomes alba.

        >>> wallets = {"alice": Wallet(("h",), ("h",))}
        >>> swap_coldkey_with_claims(Network(), wallets, "alice", "alba")[1]["alba"].staking
        ('h',)
    """
    return swap_coldkey(network, wallets, old, new)


@rule("KEY-11", since=338)
def move_last_alpha_dividends(
    stakes_after_epoch: Amounts, paid: Mapping[str, Amounts], old: str, new: str
) -> tuple[Amounts, Mapping[str, Amounts]]:
    r"""Last dividends after a hotkey swap.

    Change: There are no dividends in TAO any more.
    Statement: On existing networks, or on the one that is named, the entries of the old hotkey in
        `TotalHotkeyAlphaLastEpoch` and `AlphaDividendsPerSubnet` MUST be added to those of the new hotkey. The new
        hotkey gets an entry in `TotalHotkeyAlphaLastEpoch` in any case, if need be of 0.
    Formula: $$ a_g' = a_g + a_h, \qquad a_h' = 0 $$
    Units: alpha rao, by hotkey.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`
    Example: Dividends alone.

        >>> from fractions import Fraction
        >>> move_last_alpha_dividends({}, {"alpha": {"h": Fraction(4)}}, "h", "g")
        ({'g': Fraction(0, 1)}, {'alpha': {'g': Fraction(4, 1)}})
    """
    return move_last_dividends(stakes_after_epoch, paid, old, new)

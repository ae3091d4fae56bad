"""Swaps of keys whose stake is in decimal shares."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.chapters.keys.calls import swap_hotkey_rejection_with_relations, swap_on_subnet_rejection_with_relations
from dtao_spec.chapters.keys.claims import swap_coldkey_with_claims
from dtao_spec.chapters.keys.hotkeys import Blocks, LastBlocks, Network, Stake, Stakes, Wallet, kept, without_none
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.keys"


@rule("KEY-1", since=401)
def swap_hotkey_rejection_unless_clean(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The calls swap_hotkey and swap_hotkey_v2.

    Change: A swap that touches root needs a new hotkey without root stake and without rates of claims. What was owed to
        the stakers of either hotkey could not be told apart after the swap.
    Statement: With a netuid the calls are [KEY-10](#key-10). Without one they MUST burn 0.1 TAO of the balance of the
        signer ([STATE-3](#state-3), [STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the
        last transaction of the signer to the present block. Where `keep_stake` is told, stake totals, shares, what the
        last epoch paid, voting power, claims and the lists of hotkeys with which coldkeys stake MUST stay as they are.
        The event is `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one);
        `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network, or of the one that is named);
        `NewHotKeyNotCleanForRootSwap` (without a netuid or with that of root: the new one has stake on root or a rate
        of claims, [CLAIM-1](#claim-1)); then without a netuid `NotEnoughBalanceToPaySwapHotKey`, and those of
        [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well. Stake that stays lies on a hotkey without an owner if
        the swap was on all subnets.
    Example: Whoever does not own the old hotkey is told so first.

        >>> swap_hotkey_rejection_unless_clean("h", "h", Fraction(0), owns_old=False)
        'NonAssociatedColdKey'
    """
    return swap_hotkey_rejection_with_relations(old, new, balance, since, rate_limit, new_is_registered, owns_old)


@rule("KEY-4", since=401)
def copy_owner_and_blocks(
    stakes: Stakes, blocks: Blocks, old: str, new: str, block: int = 0, netuid: int | None = None
) -> tuple[Stakes, Blocks]:
    r"""Owner, last blocks and totals after a hotkey swap.

    Change: Totals do not move by themselves: they follow the stake of each coldkey ([KEY-9](#key-9)).
    Statement: The signer MUST become the owner of the new hotkey, which comes last in the list of those that it owns,
        unless it is there; after a swap on all subnets the old one MUST have no owner and leave the list. Before
        anything else the new hotkey MUST get the last blocks of the old one, of its last transaction and of its last
        changes of the take as a delegate and as a child, in place of its own. The old one keeps them if the swap is on
        one subnet, and loses them at the end of one on all subnets.
    Units: blocks. No netuid stands for all subnets.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`, `perform_hotkey_swap_on_all_subnets`
    Example: On subnet 1 both hotkeys live on, with the same limits.

        >>> blocks = {"h": LastBlocks(delegate_take=700)}
        >>> [sorted(copy_owner_and_blocks({}, blocks, "h", "g", 900, netuid)[1]) for netuid in (1, None)]
        [['g', 'h'], ['g']]
    """
    first = blocks.get(old, LastBlocks())
    changed = {old: first if netuid is not None else LastBlocks(), new: first}
    return stakes, without_none({**blocks, **changed})


@rule("KEY-9", since=401)
def move_stake_by_coldkey(stakes: Stakes, old: str, new: str) -> Stakes:
    r"""Shares after a hotkey swap.

    Change: Not the shares of each coldkey are moved but its stake, so that a share of the new hotkey may be worth
        something else than one of the old.
    Statement: For every coldkey with an entry of shares of the old hotkey, of either kind, in ascending order of the
        accounts, its stake MUST be withdrawn from the old hotkey ([SHARE-7](#share-7)) and deposited on the new one
        ([SHARE-6](#share-6)), one after the other.
    Units: alpha rao. One share is here worth one alpha rao on the new hotkey.
    Rounding: as SHARE-6 and SHARE-7. Shares that are worth less than 1 alpha rao stay with the old hotkey.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`
    Example: alice had 100 alpha rao and bob 300, in 100 shares each. After the swap of h for g they have what they had.

        >>> alice = Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})
        >>> bob = Stake(Fraction(300), Fraction(300), {"bob": Fraction(300)})
        >>> stake = move_stake_by_coldkey({"h": alice, "g": bob}, "h", "g")["g"]
        >>> {coldkey: int(shares) for coldkey, shares in stake.shares.items()}
        {'bob': 300, 'alice': 100}
    """
    source, target = stakes.get(old, Stake()), stakes.get(new, Stake())
    price = source.total / source.denominator if source.denominator else Fraction(0)
    worth = target.denominator / target.total if target.total else Fraction(1)
    shares, total = dict(target.shares), target.total
    denominator = target.denominator
    for coldkey in sorted(source.shares):
        amount = source.shares[coldkey] * price
        shares[coldkey] = shares.get(coldkey, Fraction(0)) + amount * worth
        total, denominator = total + amount, denominator + amount * worth
    return kept({**stakes, old: Stake(), new: Stake(total, denominator, shares)})


@rule("KEY-10", since=401)
def swap_on_subnet_rejection_unless_clean(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""Hotkey swap on one subnet.

    Change: On root the new hotkey must have neither stake nor rates of claims ([KEY-1](#key-1)), and only there do
        claims follow ([CLAIM-13](#claim-13)).
    Statement: `swap_hotkey` and `swap_hotkey_v2` with a netuid MUST burn 0.001 TAO and hand over what the old hotkey
        has on that subnet alone, by the steps that [KEY-3](#key-3) takes on each network; whether it exists is not
        asked. The old hotkey keeps its owner and its delegate take; the new one gets the signer as its owner and is
        appended to the hotkeys that the signer owns, unless it is there. Every coldkey that has shares of the old
        hotkey on the subnet and stakes with it MUST stake with both, unless the stake stays ([KEY-1](#key-1)). The
        present block becomes that of the signer's last transaction and of its last swap on this subnet
        (`LastHotkeySwapOnNetuid`). The event is `HotkeySwappedOnSubnet`: coldkey, old hotkey, new hotkey, netuid.
    Units: rao; blocks. `checked` is what the checks for all swaps say ([KEY-1](#key-1)).
    Rounding: none.
    Rejections: those of KEY-1 up to `NewHotKeyNotCleanForRootSwap`; `HotKeySwapOnSubnetIntervalNotPassed` (not more
        than 7 200 blocks, a day, since the signer's last swap on the subnet; none counts as one in block 0);
        `NotEnoughBalanceToPaySwapHotKey`; `ZeroBalanceAfterWithdrawn` cannot occur; those of [KEY-6](#key-6).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `swap_hotkey_on_subnet`
    Known violation: Nobody asks who owns the new hotkey.
    Example: What all swaps refuse is refused.

        >>> swap_on_subnet_rejection_unless_clean("NewHotKeyNotCleanForRootSwap", Fraction(10**9), 5, 9_000, False)
        'NewHotKeyNotCleanForRootSwap'
    """
    interval = 7_200
    if checked is not None:
        return checked
    if last_swap + interval >= block:
        return "HotKeySwapOnSubnetIntervalNotPassed"
    shifted = last_swap - 36_000
    return swap_on_subnet_rejection_with_relations(None, balance, shifted, block, known_on_subnet)


@rule("KEY-8", since=401)
def swap_coldkey_with_decimal_shares(
    network: Network, wallets: Mapping[str, Wallet], old: str, new: str
) -> tuple[Network, Mapping[str, Wallet]]:
    r"""Effects of a coldkey swap.

    Change: The stake is withdrawn and deposited, share by share of the same worth; and claims follow only where the new
        coldkey has stake then, not for an entry of 0 shares.
    Statement: Where a network exists, the new coldkey MUST own it if the old one did, have the old one's destination of
        earnings there ([KEY-13](#key-13)), and the stake that the old one has on the hotkeys that it stakes with MUST
        be withdrawn and become the new one's ([SHARE-7](#share-7), [SHARE-6](#share-6)); claims follow it
        ([CLAIM-13](#claim-13)). The hotkeys that the old one stakes with, and those that it owns, MUST be appended to
        the new one's, unless they are there; and what is left of the balance MUST be added to its balance.
    Formula: $$ s_{new}' = s_{new} + s_{old}, \qquad s_{old}' = 0 $$
    Units: shares; rao.
    Rounding: as SHARE-6 and SHARE-7. A balance below the existential deposit does not arrive.
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `transfer_coldkey_stake`
    Known violation: Shares under a netuid whose network does not exist stay with the old coldkey, and so do those that
        are worth less than 1 alpha rao. Subnets without an owner belong to the account of zeros, and follow it.
    Example: alice becomes alba.

        >>> wallets = {"alice": Wallet(("h",), ("h",))}
        >>> swap_coldkey_with_decimal_shares(Network(), wallets, "alice", "alba")[1]["alba"].staking
        ('h',)
    """
    return swap_coldkey_with_claims(network, wallets, old, new)

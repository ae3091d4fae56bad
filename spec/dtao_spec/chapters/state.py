r"""State, accounts and balances.

The state of the chain is a table of storage entries. Each entry has an item, such as `SubnetTAO`, and keys, such as a
netuid; where an entry is absent the item's default is read. All items, with their defaults, are in [storage items and
calls](#chapter-interface). Where a rule subtracts one block from another, the difference stops at 0.

There are two kinds of accounts. A **coldkey** holds TAO and owns stake. A **hotkey** is registered on subnets, sets
weights and receives stake; it belongs to one coldkey from its first use on. Both are 256-bit names, and nothing keeps
an account from being both.

[until 410] TAO is in three places: in balances, in pools, that of root included, and in locks. `TotalIssuance` is meant
to be the sum of all, `TotalStake` that of the pools. Neither is computed; both are counters that each rule moves by
what it believes it moved, and they stop at 0 and at $2^{64} - 1$. Where they drift is among the [known
violations](#chapter-violations).

[since 411] All TAO is in balances. What a pool holds, that of root included, is in the balance of an account of the
subnet ([STATE-17](#state-17)), between which and the coldkeys it moves ([STATE-18](#state-18)); `SubnetTAO` counts it
apart. `TotalIssuance` is meant to be the sum of all balances, `TotalStake` that of the pools. Neither is computed; both
are counters that each rule moves by what it believes it moved, and they stop at 0 and at $2^{64} - 1$. Where they drift
is among the [known violations](#chapter-violations).

Whatever a call does happens as a whole or not at all: a rejected call leaves every entry as it was, also those that its
checks have written on the way.
"""

from attrs import frozen

from dtao_spec.registry import rule

EXISTENTIAL_DEPOSIT = 500
"""rao. An account with less does not exist."""
SENATE_SEATS = 12


@frozen
class Balances:
    """The balances in rao, by account, and their sum as the chain counts it."""

    accounts: dict[str, int]
    issuance: int


@rule("STATE-1")
def with_balance(balances: Balances, account: str, balance: int) -> Balances:
    r"""Existential deposit.

    Statement: An account with less than 500 rao MUST NOT exist. What would remain below that is dust; it leaves the
        account and the total of all balances.
    Units: rao.
    Rounding: none.
    Source: the balances pallet of the Substrate framework; `runtime/src/lib.rs`, `ExistentialDeposit`
    Known violation: `TotalIssuance` does not notice dust.
    Example: Of 1 000 rao 501 are taken; the last 499 vanish.

        >>> with_balance(Balances({"alice": 1_000}, 1_000), "alice", 499)
        Balances(accounts={}, issuance=0)
    """
    others = {name: held for name, held in balances.accounts.items() if name != account}
    kept = {account: balance} if balance >= EXISTENTIAL_DEPOSIT else {}
    change = sum(kept.values()) - balances.accounts.get(account, 0)
    return Balances(others | kept, balances.issuance + change)


@rule("STATE-2", until=410)
def deposit(balances: Balances, account: str, amount: int) -> Balances:
    r"""Deposits to a balance.

    Statement: What the staking system pays out MUST be added to the balance. A deposit that leaves a new account below
        500 rao MUST vanish.
    Units: rao.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `add_balance_to_coldkey_account`
    Known violation: What vanishes is paid for all the same: the pool gave it. A balance stops at $2^{64} - 1$, and the
        total of all balances grows only by what arrived.
    Example: 400 rao to nobody.

        >>> deposit(Balances({}, 0), "alice", 400)
        Balances(accounts={}, issuance=0)
    """
    return with_balance(balances, account, balances.accounts.get(account, 0) + amount)


@rule("STATE-3")
def withdrawn(balances: Balances, account: str, amount: int) -> tuple[Balances, int] | str:
    r"""Withdrawals from a balance.

    Statement: What the staking system takes MUST leave 500 rao in the account, and is less than asked for if that is
        needed. It MUST be rejected if nothing could be taken of a positive amount. A call first checks whether the
        whole balance covers the amount, without the deposit, and whether the total of all balances does.
    Units: rao.
    Rounding: none.
    Rejections: `ZeroBalanceAfterWithdrawn`.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `remove_balance_from_coldkey_account`,
        `can_remove_balance_from_coldkey_account`
    Known violation: A call that passes the check may therefore act on up to 500 rao less than it was asked to. Where
        `BalancesTotalIssuance` is less than a balance, which only a direct write makes it, a call refuses what the
        balance covers.
    Example: Whoever stakes the whole balance stakes 500 rao less. A balance above the total of all balances cannot be
        staked whole.

        >>> withdrawn(Balances({"alice": 10_000}, 10_000), "alice", 10_000)
        (Balances(accounts={'alice': 500}, issuance=500), 9500)
        >>> withdrawn(Balances({"alice": 500}, 500), "alice", 1)
        'ZeroBalanceAfterWithdrawn'
        >>> [can_withdraw(Balances({"alice": 10_000}, 9_999), "alice", amount) for amount in (9_999, 10_000)]
        [True, False]
    """
    if amount == 0:
        return balances, 0
    held = balances.accounts.get(account, 0)
    paid = min(amount, max(held - EXISTENTIAL_DEPOSIT, 0))
    return (with_balance(balances, account, held - paid), paid) if paid else "ZeroBalanceAfterWithdrawn"


def can_withdraw(balances: Balances, account: str, amount: int) -> bool:
    """Return whether a call may take an amount from an account: neither the balance nor their total is less."""
    return amount <= min(balances.accounts.get(account, 0), balances.issuance)


@rule("STATE-4")
def burn(total_issuance: int, amount: int) -> int:
    r"""Burned TAO.

    Statement: TAO that is burned MUST leave `TotalIssuance`, not below 0. The next halving comes later by as much.
    Units: rao.
    Rounding: none.
    Source: `pallets/subtensor/src/utils/misc.rs`, `burn_tokens`
    Example: The cost of a hotkey swap.

        >>> burn(5 * 10**15, 10**8)
        4999999900000000
    """
    return max(total_issuance - amount, 0)


@rule("STATE-5")
def existing_netuids(networks: set[int]) -> list[int]:
    r"""Order of networks.

    Statement: Where a rule runs over all networks, it MUST take them by the little-endian bytes of their netuids: 256
        comes before 1. Below 256 networks that is the order of their numbers. Root, netuid 0, comes first.
    Units: none.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `get_all_subnet_netuids`
    Example: Four networks.

        >>> existing_netuids({0, 1, 2, 256})
        [0, 256, 1, 2]
    """
    return sorted(networks, key=lambda netuid: netuid.to_bytes(2, "little"))


@frozen
class Keys:
    """Who owns a hotkey, and what each coldkey owns and stakes with, in order of first use."""

    owner: dict[str, str]
    owned: dict[str, tuple[str, ...]]
    staking: dict[str, tuple[str, ...]]


@rule("STATE-6")
def create_account(keys: Keys, coldkey: str, hotkey: str) -> Keys:
    r"""Ownership of a hotkey.

    Statement: A hotkey without an owner MUST come to belong to the coldkey that first registers it, and be appended to
        the hotkeys that the coldkey owns and to those it stakes with. One with an owner keeps it.
    Units: none.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `create_account_if_non_existent`
    Example: Bob cannot take Alice's hotkey.

        >>> keys = create_account(Keys({}, {}, {}), "alice", "hot")
        >>> create_account(keys, "bob", "hot") == keys
        True
    """
    if hotkey in keys.owner:
        return keys
    owned, staking = keys.owned.get(coldkey, ()), keys.staking.get(coldkey, ())
    return Keys(
        keys.owner | {hotkey: coldkey},
        keys.owned | {coldkey: owned if hotkey in owned else (*owned, hotkey)},
        keys.staking | {coldkey: staking if hotkey in staking else (*staking, hotkey)},
    )


@rule("STATE-7")
def exceeds_rate_limit(limit: int, last_block: int, block: int) -> bool:
    r"""Rate limits of hotkey swaps and of takes.

    Statement: A swap of a hotkey comes too soon if no more blocks than the limit have passed since the coldkey's last
        one; an increase of a delegate's take if no more than its limit have passed since the last change that
        [STATE-9](#state-9) counts. A limit of 0 is none, and a last block of 0 means never.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/utils/rate_limiting.rs`, `exceeds_tx_rate_limit`,
        `exceeds_tx_delegate_take_rate_limit`
    Example: With a limit of 100, block 200 is still too soon after block 100.

        >>> exceeds_rate_limit(100, 100, 200), exceeds_rate_limit(100, 100, 201)
        (True, False)
    """
    return limit != 0 and last_block != 0 and block - last_block <= limit


@rule("STATE-8")
def passes_rate_limit(limit: int, last_block: int, block: int) -> bool:
    r"""Rate limits of weights, children and childkey takes.

    Statement: Setting weights, children or a childkey take MUST wait until as many blocks as the limit have passed
        since the hotkey's last one on the subnet; one block less than by [STATE-7](#state-7). A last block of 0 means
        never.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/utils/rate_limiting.rs`, `check_passes_rate_limit`;
        `pallets/subtensor/src/subnets/weights.rs`, `check_rate_limit`
    Example: With a limit of 100, block 200 is late enough after block 100.

        >>> passes_rate_limit(100, 100, 199), passes_rate_limit(100, 100, 200)
        (False, True)
    """
    return last_block == 0 or block - last_block >= limit


@rule("STATE-9")
def increase_take(
    take: int, present: int | None, largest: int, owns: bool | None, limit: int, last_block: int, block: int
) -> str | int:
    r"""Raising a delegate's take.

    Statement: The owner of a hotkey MAY raise what it keeps of its stakers' dividends, up to the maximum (18 %), and
        not again before the rate limit ([STATE-7](#state-7)) is over, which counts from the coldkey's last increase. A
        hotkey that is no delegate yet may set any take within the maximum. The block is recorded as that of the
        coldkey's last increase. The event is `TakeIncreased`: coldkey, hotkey, take.
    Units: takes as u16-normalised fractions; blocks; `owns` is None for a hotkey that does not exist.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooLow`,
        `DelegateTakeTooHigh`, `DelegateTxRateLimitExceeded`.
    Source: `pallets/subtensor/src/staking/increase_take.rs`, `do_increase_take`
    Known violation: The limit is that of the coldkey, not of the hotkey whose take it is, so that whoever owns several
        may raise one only.
    Example: From 10 % to 18 %, not beyond, and not 100 blocks after another increase at a limit of 200.

        >>> [increase_take(take, 6_553, 11_796, True, 200, 0, 300) for take in (11_796, 11_797)]
        [11796, 'DelegateTakeTooHigh']
        >>> increase_take(11_796, 6_553, 11_796, True, 200, 200, 300)
        'DelegateTxRateLimitExceeded'
    """
    if not owns:
        return "HotKeyAccountNotExists" if owns is None else "NonAssociatedColdKey"
    if present is not None and take <= present:
        return "DelegateTakeTooLow"
    if take > largest:
        return "DelegateTakeTooHigh"
    return "DelegateTxRateLimitExceeded" if exceeds_rate_limit(limit, last_block, block) else take


@rule("STATE-9", since=244)
def increase_take_of_hotkey(
    take: int, present: int | None, largest: int, owns: bool | None, limit: int, last_block: int, block: int
) -> str | int:
    r"""Raising a delegate's take.

    Change: The rate limit counts the changes of the hotkey's own take, decreases too, not the increases of its coldkey.
        The owner of several hotkeys could raise the take of one only.
    Statement: The owner of a hotkey MAY raise what it keeps of its stakers' dividends, up to the maximum (18 %), and
        not again before the rate limit ([STATE-7](#state-7)) is over, which counts from the last change of that
        hotkey's take, decreases included ([STATE-10](#state-10)). A hotkey that is no delegate yet may set any take
        within the maximum. The block is recorded as that of the hotkey's last change. The event is `TakeIncreased`:
        coldkey, hotkey, take.
    Units: takes as u16-normalised fractions; blocks; `owns` is None for a hotkey that does not exist.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooLow`,
        `DelegateTakeTooHigh`, `DelegateTxRateLimitExceeded`.
    Source: `pallets/subtensor/src/staking/increase_take.rs`, `do_increase_take`
    Example: A hotkey whose take was never changed, and one whose take fell a day ago.

        >>> [increase_take_of_hotkey(11_796, 6_553, 11_796, True, 216_000, last, 300_000) for last in (0, 292_800)]
        [11796, 'DelegateTxRateLimitExceeded']
    """
    return increase_take(take, present, largest, owns, limit, last_block, block)


@rule("STATE-10")
def decrease_take(
    take: int, present: int | None, smallest: int, owns: bool | None, last_block: int, block: int
) -> str | tuple[int, int]:
    r"""Lowering a delegate's take.

    Statement: The owner of a hotkey MAY lower its take at any time, down to the minimum (0). That does not count for
        the rate limit of [STATE-9](#state-9). The event is `TakeDecreased`: coldkey, hotkey, take.
    Units: takes as u16-normalised fractions; out, the take and the block from which the rate limit counts; `owns` is
        None for a hotkey that does not exist.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooLow`,
        both for a take that is not below the present one and for one below the minimum.
    Source: `pallets/subtensor/src/staking/decrease_take.rs`, `do_decrease_take`
    Example: To nothing, in block 300 000; the last increase stays that of block 1 000.

        >>> decrease_take(0, 11_796, 0, True, 1_000, 300_000), decrease_take(11_796, 11_796, 0, True, 1_000, 300_000)
        ((0, 1000), 'DelegateTakeTooLow')
    """
    if not owns:
        return "HotKeyAccountNotExists" if owns is None else "NonAssociatedColdKey"
    if (present is not None and take >= present) or take < smallest:
        return "DelegateTakeTooLow"
    return take, last_block


@rule("STATE-10", since=244)
def decrease_take_counted(
    take: int, present: int | None, smallest: int, owns: bool | None, last_block: int, block: int
) -> str | tuple[int, int]:
    r"""Lowering a delegate's take.

    Change: A decrease counts for the rate limit. A delegate could show a low take to its stakers and raise it at once,
        if its last increase was old enough.
    Statement: The owner of a hotkey MAY lower its take at any time, down to the minimum (0). The block MUST be recorded
        as that of the hotkey's last change, so that the take cannot rise again before the rate limit of
        [STATE-9](#state-9) is over. The event is `TakeDecreased`: coldkey, hotkey, take.
    Units: takes as u16-normalised fractions; out, the take and the block from which the rate limit counts; `owns` is
        None for a hotkey that does not exist.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooLow`,
        both for a take that is not below the present one and for one below the minimum.
    Source: `pallets/subtensor/src/staking/decrease_take.rs`, `do_decrease_take`
    Example: To nothing, in block 300 000.

        >>> decrease_take_counted(0, 11_796, 0, True, 1_000, 300_000)
        (0, 300000)
    """
    lowered = decrease_take(take, present, smallest, owns, last_block, block)
    return lowered if isinstance(lowered, str) else (lowered[0], block)


@rule("STATE-11")
def transfer(balances: Balances, source: str, receiver: str, value: int) -> Balances | str:
    r"""Transfers of TAO.

    Statement: A transfer MUST move the value between two balances. What it leaves below 500 rao is dust. A value of 0
        passes at once. A transfer to oneself is checked like any other, and then has no effect.
    Units: rao.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `Arithmetic:Underflow` (more than all balances), `Token:FundsUnavailable`,
        `Arithmetic:Overflow` (of the receiver's balance), `Token:BelowMinimum` (the receiver would not exist).
    Source: the balances pallet of the Substrate framework, `transfer_allow_death`
    Example: Alice sends 600 of her 1 000 rao; her other 400 are dust.

        >>> transfer(Balances({"alice": 1_000}, 1_000), "alice", "bob", 600)
        Balances(accounts={'bob': 600}, issuance=600)
        >>> transfer(Balances({"alice": 1_000}, 1_000), "alice", "bob", 499)
        'Token:BelowMinimum'
    """
    if value == 0:
        return balances
    held, received = balances.accounts.get(source, 0), balances.accounts.get(receiver, 0) + value
    if value > balances.issuance:
        return "Arithmetic:Underflow"
    if value > held:
        return "Token:FundsUnavailable"
    if received >= 2**64:
        return "Arithmetic:Overflow"
    if received < EXISTENTIAL_DEPOSIT:
        return "Token:BelowMinimum"
    if source == receiver:
        return balances
    return with_balance(with_balance(balances, source, held - value), receiver, received)


@rule("STATE-12", until=337)
def join_senate(senate: tuple[int, ...], hotkey: int, root_stake: dict[int, int]) -> tuple[int, ...] | str:
    r"""Seats in the senate.

    Statement: A hotkey that registers on root MUST also seek one of the 12 seats of the senate: a free one, or that of
        the member with the lowest root stake, if that is lower than its own; of several such members the last account.
        A hotkey that has a seat MUST be refused.
    Units: rao of root stake.
    Rounding: none.
    Rejections: `HotKeyAlreadyRegisteredInSubNet`.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `join_senate_if_eligible`
    Known violation: A hotkey that loses its place on root keeps its seat, and so can never register on root again. The
        senate is no storage item of the economy: a state that is loaded starts without one.
    Example: A seat is free.

        >>> join_senate((7,), 5, {}), join_senate((5, 7), 5, {})
        ((5, 7), 'HotKeyAlreadyRegisteredInSubNet')
    """
    if hotkey in senate:
        return "HotKeyAlreadyRegisteredInSubNet"
    if len(senate) == SENATE_SEATS:
        last = max(senate, key=lambda member: (-root_stake.get(member, 0), member))
        if root_stake.get(last, 0) >= root_stake.get(hotkey, 0):
            return senate
        senate = tuple(member for member in senate if member != last)
    return tuple(sorted((*senate, hotkey)))


@rule("STATE-13")
def replace_senator(senate: tuple[int, ...], old: int, new: int) -> tuple[int, ...] | None:
    r"""A senator's new hotkey.

    Statement: A swap of hotkeys MUST hand the seat over. If the new hotkey has a seat of its own, the swap MUST stop
        there, half-way; see [KEY-3](#key-3).
    Units: none.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: The call reports success in both cases.
    Example: From 5 to 9, and from 5 to another senator.

        >>> replace_senator((5, 7), 5, 9), replace_senator((5, 7), 5, 7)
        ((7, 9), None)
    """
    if old not in senate:
        return senate
    return None if new in senate else tuple(sorted(new if member == old else member for member in senate))


@rule("STATE-13", since=276, until=337)
def replace_senator_or_refuse(senate: tuple[int, ...], old: int, new: int) -> tuple[int, ...] | str:
    r"""A senator's new hotkey.

    Change: Where both hotkeys have seats the whole swap is refused; it used to stop half-way and report success.
    Statement: A swap of hotkeys on all subnets MUST hand the seat over. If the new hotkey has a seat of its own, the
        whole swap MUST be refused. A swap on one subnet leaves the seats alone.
    Units: none.
    Rounding: none.
    Rejections: `SenateMembers:AlreadyMember`.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`
    Example: From 5 to 9, and from 5 to another senator.

        >>> replace_senator_or_refuse((5, 7), 5, 9), replace_senator_or_refuse((5, 7), 5, 7)
        ((7, 9), 'SenateMembers:AlreadyMember')
    """
    replaced = replace_senator(senate, old, new)
    return "SenateMembers:AlreadyMember" if replaced is None else replaced


@rule("STATE-14", since=244)
def associate_hotkey(keys: Keys, signer: str, hotkey: str) -> Keys:
    r"""The call try_associate_hotkey.

    Statement: The call MUST make a hotkey without an owner the signer's, as a registration would
        ([STATE-6](#state-6)). One with an owner MUST be left alone, without an error. There is no event.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed.
    Source: `pallets/subtensor/src/staking/account.rs`, `do_try_associate_hotkey`
    Known violation: The hotkey need not consent: whoever names an unused hotkey first owns it.
    Example: alice is first; bob's call succeeds, and does nothing.

        >>> keys = associate_hotkey(Keys({}, {}, {}), "alice", "hot")
        >>> keys.owner, associate_hotkey(keys, "bob", "hot") == keys
        ({'hot': 'alice'}, True)
    """
    return create_account(keys, signer, hotkey)

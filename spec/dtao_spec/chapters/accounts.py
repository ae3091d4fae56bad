"""Accounts of subnets, which hold the TAO of pools from 411 on, and the alpha that is counted beside."""

from attrs import evolve, frozen

from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT, Balances, Keys, burn, create_account, with_balance
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.state"
U64_MAX = 2**64 - 1


@rule("STATE-3", since=411)
def withdrawn_for_subnet(balances: Balances, account: str, amount: int) -> tuple[Balances, int] | str:
    r"""Withdrawals from a balance.

    Change: What is paid for stake, for a registration or for a network goes to the account of the subnet
        ([STATE-18](#state-18)); it had left all balances. The rejection has another name.
    Statement: What is paid to a subnet MUST leave 500 rao in the account, and is less than asked for if that is needed.
        It MUST be rejected if nothing could be paid of a positive amount. A call first checks whether the whole balance
        covers the amount, without the deposit, and whether the total of all balances does.
    Formula: $$ x = \min(a,\ \max(0,\ b - 500)) $$
    Units: rao; the balances without what is paid, whose sum is the same.
    Rounding: none.
    Rejections: `InsufficientBalance`.
    Source: `pallets/subtensor/src/coinbase/tao.rs`, `transfer_tao_to_subnet`, `can_remove_balance_from_coldkey_account`
    Known violation: A call that passes the check may therefore act on up to 500 rao less than it was asked to.
    Example: Whoever stakes the whole balance stakes 500 rao less.

        >>> withdrawn_for_subnet(Balances({"alice": 10_000}, 10_000), "alice", 10_000)
        (Balances(accounts={'alice': 500}, issuance=10000), 9500)
        >>> withdrawn_for_subnet(Balances({"alice": 500}, 500), "alice", 1)
        'InsufficientBalance'
    """
    if amount == 0:
        return balances, 0
    held = balances.accounts.get(account, 0)
    paid = min(amount, max(held - EXISTENTIAL_DEPOSIT, 0))
    if not paid:
        return "InsufficientBalance"
    return Balances(balances.accounts | {account: held - paid}, balances.issuance), paid


@rule("STATE-4", since=411)
def recycled(total_issuance: int, amount: int) -> int:
    r"""Burned TAO.

    Change: Whoever is to pay has to pay all of it, and keep 500 rao. A call had burned less where less was there.
    Statement: TAO that an account gives up MUST leave its balance and `TotalIssuance`, not below 0. The next halving
        comes later by as much. It MUST be refused unless the account keeps 500 rao.
    Units: rao.
    Rounding: none.
    Rejections: `InsufficientBalance`.
    Source: `pallets/subtensor/src/coinbase/tao.rs`, `recycle_tao`
    Example: The cost of a hotkey swap.

        >>> recycled(5 * 10**15, 10**8)
        4999999900000000
    """
    return burn(total_issuance, amount)


@rule("STATE-6", since=411)
def create_account_of_user(keys: Keys, coldkey: str, hotkey: str) -> Keys | str:
    r"""Ownership of a hotkey.

    Change: The account of a subnet cannot be a hotkey.
    Statement: A hotkey without an owner MUST come to belong to the coldkey that first registers it, and be appended to
        the hotkeys that the coldkey owns and to those it stakes with. One with an owner keeps it. The account of a
        subnet ([STATE-17](#state-17)) MUST be refused.
    Units: none. Accounts of subnets have names here that begin with `modlsubtensr`.
    Rounding: none.
    Rejections: `CannotUseSystemAccount`.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `create_account_if_non_existent`
    Example: Bob cannot take Alice's hotkey, nor the account of a subnet.

        >>> keys = create_account_of_user(Keys({}, {}, {}), "alice", "hot")
        >>> create_account_of_user(keys, "bob", "hot") == keys, create_account_of_user(keys, "bob", "modlsubtensr1")
        (True, 'CannotUseSystemAccount')
    """
    return "CannotUseSystemAccount" if hotkey.startswith("modlsubtensr") else create_account(keys, coldkey, hotkey)


@rule("STATE-17", since=411)
def account_of_subnet(netuid: int) -> bytes:
    r"""Accounts of subnets.

    Statement: Every netuid, that of root too, MUST have an account that nobody can sign for: the bytes `modl` and
        `subtensr`, the netuid with its low byte first, and zeros. What a pool holds of TAO is in the balance of that
        account. It MUST NOT be used as a hotkey: no call registers, founds a network with, or swaps a hotkey for it.
    Units: 32 bytes.
    Rounding: none.
    Rejections: `CannotUseSystemAccount`.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `get_subnet_account_id`, `is_subnet_account_id`
    Known violation: Nothing keeps the balance equal to `SubnetTAO`. Anybody may send TAO to the account, and fees that
        a pool keeps are in one of the two only.
    Example: Subnet 515, which is 2 times 256 and 3.

        >>> account_of_subnet(515)[:15]
        b'modlsubtensr\x03\x02\x00'
    """
    return b"modlsubtensr" + netuid.to_bytes(2, "little") + bytes(18)


@rule("STATE-18", since=411)
def transfer(balances: Balances, origin: str, destination: str, amount: int) -> Balances | str:
    r"""Payments between accounts.

    Statement: TAO MUST move from one account to another, all that the one has if need be. What is left there below 500
        rao is dust ([STATE-1](#state-1)), which leaves `TotalIssuance` too. TAO that buys stake, a registration or a
        network is paid to the account of the subnet ([STATE-17](#state-17)), where the payer keeps 500 rao
        ([STATE-3](#state-3)); what a sale of alpha brings is paid from it to the coldkey, at once; stake that moves to
        another subnet or to another coldkey is paid out to the one coldkey, handed to the other, and paid in again.
        Users cannot be paid below the existential deposit.
    Units: rao.
    Rounding: none.
    Rejections: `InsufficientBalance`; then those of the balances pallet, `Arithmetic:Underflow` (more than all
        balances), `Arithmetic:Overflow`, `Token:BelowMinimum` (the receiver would have less than 500 rao).
    Source: `pallets/subtensor/src/coinbase/tao.rs`, `transfer_tao`, `transfer_tao_from_subnet`
    Known violation: A sale that brings less than 500 rao to a coldkey without a balance is refused.
    Example: Alice pays nearly all; what is left is dust.

        >>> transfer(Balances({"alice": 1_000}, 1_000), "alice", "subnet", 600)
        Balances(accounts={'subnet': 600}, issuance=600)
        >>> transfer(Balances({"alice": 1_000}, 1_000), "alice", "subnet", 400)
        'Token:BelowMinimum'
    """
    held = balances.accounts.get(origin, 0)
    if amount > held:
        return "InsufficientBalance"
    received = balances.accounts.get(destination, 0) + amount
    if amount == 0:
        return balances
    if amount > balances.issuance:
        return "Arithmetic:Underflow"
    if received > U64_MAX:
        return "Arithmetic:Overflow"
    if received < EXISTENTIAL_DEPOSIT:
        return "Token:BelowMinimum"
    if origin == destination:
        return balances
    return with_balance(with_balance(balances, origin, held - amount), destination, received)


@frozen
class Assets:
    """What was counted of the alpha of a subnet; alpha rao."""

    issued: int = 0
    burned: int = 0
    recycled: int = 0


@rule("STATE-19", since=411)
def count_alpha(assets: Assets, kind: str, amount: int) -> Assets:
    r"""Alpha that is counted.

    Statement: Alpha that a block gives to a pool or to the participants MUST be added to `TotalAlphaIssuance` of the
        subnet. Alpha that is recycled is taken from it and added to `AlphaRecycled`: what [EMIT-10](#emit-10),
        [EMIT-12](#emit-12) and [DIV-9](#div-9) take out of `SubnetAlphaOut`, and that of [STAKE-24](#stake-24). Alpha
        that is given up without that is added to `AlphaBurned`: that of [STAKE-25](#stake-25), incentives that DIV-9
        does not pay and leaves in `SubnetAlphaOut`, and what sellers pay as fees in blocks without an author
        ([POOL-30](#pool-30)).
    Units: alpha rao.
    Rounding: none. The counters stay between 0 and $2^{64} - 1$.
    Source: `pallets/alpha-assets/src/lib.rs`, `mint_alpha`, `burn_alpha`, `recycle_alpha`
    Known violation: No rule reads the counters, and the issuance that counts ([EMIT-13](#emit-13)) is another one: they
        begin at 0, and stay when a network is removed.
    Example: 10 are issued, 3 recycled and 2 burned.

        >>> assets = Assets()
        >>> for kind, amount in (("issued", 10), ("recycled", 3), ("burned", 2)):
        ...     assets = count_alpha(assets, kind, amount)
        >>> assets
        Assets(issued=7, burned=2, recycled=3)
    """
    counted = evolve(assets, **{kind: min(getattr(assets, kind) + amount, U64_MAX)})
    return evolve(counted, issued=max(counted.issued - amount, 0)) if kind == "recycled" else counted

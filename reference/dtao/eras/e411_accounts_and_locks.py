"""411: the TAO of a subnet is on an account, and stake can be locked."""

from dtao import block, calls, events
from dtao.entries import with_replaced
from dtao.eras import e402_no_owner_alpha
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.params import EXISTENTIAL_DEPOSIT, TOTAL_SUPPLY
from dtao.persistent import Map
from dtao.phases import PHASES_OF_CREDIT, READS_OF_CONVICTION
from dtao.state import AssetRules, State
from dtao.transitions import (
    assets,
    balances,
    checks,
    children,
    claims,
    credit_coinbase,
    dissolution,
    flow_coinbase,
    inflows,
    keys,
    lock_effects,
    lock_swaps,
    locks,
    mechanisms,
    networks,
    stake,
    subnet_accounts,
    swap_fees,
)
from dtao.units import ROOT, U64_MAX, NetUid

before = e402_no_owner_alpha.ERA.runtime


def fill_accounts(state: State) -> State:
    """Return the state in which the account of each network holds the TAO of its pool and its lock.

    Of a lock the minimum lock cost is left out, which the pool began with. No more is minted than all TAO there may be,
    nor what an account would not exist with. Total issuance is that of balances then. Mirrors
    ``migrate_subnet_balances``.
    """
    netuids = sorted({ROOT, *stake.existing_netuids(state)}, key=stake.little_endian)
    for netuid in netuids:
        state = _mint_to(state, netuid, state.pool(netuid).tao)
    for netuid in netuids:
        lock = state.subnet(netuid).locked - state.parameters.network_min_lock_cost
        state = _mint_to(state, netuid, max(lock, 0))
    return evolve(state, total_issuance=state.balances_total_issuance)


def forget_limited_burns(state: State) -> State:
    """Return the state that does not know when owners last staked and burned in one call: no limit asks for it now.

    Mirrors ``migrate_remove_add_stake_burn_rate_limit``.
    """
    return evolve(state, last_add_stake_burn=Map())


def begin_accounts(state: State) -> State:
    """Return the state in which subnets have accounts, and no limit holds any more for what anybody may burn."""
    return fill_accounts(forget_limited_burns(state))


def _mint_to(state: State, netuid: NetUid, amount: int) -> State:
    account = subnet_accounts.account_of(netuid)
    minted = min(amount, max(TOTAL_SUPPLY - state.balances_total_issuance, 0))
    balance = state.balances.get(account, 0) + minted
    return balances.with_balance(state, account, balance) if EXISTENTIAL_DEPOSIT <= balance <= U64_MAX else state


ERA = Era(
    name="accounts-and-locks",
    last_spec_version=411,
    tag="v3.4.0-411",
    date="2026-05-27",
    summary=(
        "The TAO of a subnet is on an account of its own, to which blocks pay what they mint. Stake can be locked in"
        " favour of a hotkey. TAO follows the net flow: that of users less that of the protocol. Subnets may do without"
        " emission, and without the owner's cut."
    ),
    genesis_block=60_000,
    migration=begin_accounts,
    new_chain=e402_no_owner_alpha.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=411,
        items=items_at(411, before=before.items),
        calls={
            **before.calls,
            **calls.named(
                calls.AddStakeValidated,
                calls.AddStakeBurnByAnyone,
                calls.RemoveNoLiquidity,
                calls.ModifyNoPosition,
                calls.LockStake,
                calls.MoveLock,
                calls.SetPerpetualLock,
            ),
        },
        events={
            **before.events,
            **events.named(
                events.SubnetOwnerHotkeySet,
                events.StakeLocked,
                events.LockMoved,
                events.PerpetualLockUpdated,
                events.SubnetOwnerChanged,
            ),
        },
        phases={**before.phases, **PHASES_OF_CREDIT},
        reads={**before.reads, **READS_OF_CONVICTION},
        block=evolve(
            before.block,
            phases=with_replaced(before.block.phases, block.coinbase, credit_coinbase.coinbase_of_credit),
            coinbase=with_replaced(
                before.block.coinbase, flow_coinbase.emit_with_injection_cap, credit_coinbase.emit_credit
            ),
        ),
        trade=evolve(
            before.trade,
            pay_fee_of_buyer=swap_fees.pay_fee_of_buyer_from_subnet,
            pay_fee_of_seller=swap_fees.pay_fee_of_seller_from_subnet,
        ),
        staking=evolve(
            before.staking,
            removal_checks=(*before.staking.removal_checks, locks.removal_available),
            record_registration=inflows.record_registration,
        ),
        moves=evolve(before.moves, checks=(*before.moves.checks, checks.between_subnets(locks.transition_available))),
        neurons=evolve(before.neurons, clear=mechanisms.clear_with_permit),
        networks=evolve(
            before.networks,
            open=networks.open_with_emission,
            parameters_kept=dissolution.parameters_of_emission_kept,
            close_positions=dissolution.close_no_position,
        ),
        keys=evolve(before.keys, owner_hotkey_set=keys.owner_hotkey_announced),
        children=evolve(before.children, min_take=children.min_take_of_network_and_subnet),
        claims=evolve(before.claims, claim_by_sale=claims.claim_by_sale_to_root),
        accounts=evolve(
            before.accounts,
            is_of_subnet=subnet_accounts.is_of_subnet,
            can_pay=subnet_accounts.is_covered,
            charge=subnet_accounts.charge_nothing,
            stake=subnet_accounts.transfer_tao_to_subnet,
            unstake=subnet_accounts.transfer_tao_from_subnet,
            pay_out=subnet_accounts.pay_nothing_more,
            hand_over=subnet_accounts.hand_over,
            hand_over_all=subnet_accounts.hand_over_all,
            recycle=subnet_accounts.recycle_tao,
            pay_holder=subnet_accounts.pay_if_possible,
            refund=subnet_accounts.refund_if_possible,
            close=subnet_accounts.recycle_rest,
        ),
        assets=AssetRules(recycle=assets.recycle, recycle_in_block=assets.recycle_in_block, burn=assets.burn),
        locks=evolve(
            before.locks,
            require_available=locks.require_available,
            on_stake_changed=lock_effects.remove_ended_lock,
            on_stake_cleared=lock_effects.reduce_lock,
            on_stake_transferred=lock_effects.transfer_lock,
            on_hotkey_swapped=lock_swaps.move_locks_of_hotkey,
            on_coldkey_swapped=lock_swaps.move_locks_of_coldkey,
            on_owner_paid=locks.lock_owner_cut,
        ),
    ),
)

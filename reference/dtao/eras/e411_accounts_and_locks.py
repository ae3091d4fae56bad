"""411: the TAO of a subnet is on an account, and stake can be locked."""

from dtao import block, calls, events
from dtao.entries import with_replaced
from dtao.eras import e402_no_owner_alpha
from dtao.evolving import evolve
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.params import EXISTENTIAL_DEPOSIT, TOTAL_SUPPLY
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


def accounts_filled(state: State) -> State:
    """Return the state in which the account of each network holds the TAO of its pool and its lock.

    Of a lock the minimum lock cost is left out, which the pool began with. No more is minted than all TAO there may be,
    nor what an account would not exist with. Total issuance is that of balances then. Mirrors
    ``migrate_subnet_balances``.
    """
    netuids = sorted({ROOT, *stake.existing_netuids(state)}, key=stake.little_endian)
    for netuid in netuids:
        state = _minted_to(state, netuid, state.pool(netuid).tao)
    for netuid in netuids:
        lock = state.subnet(netuid).locked - state.parameters.network_min_lock_cost
        state = _minted_to(state, netuid, max(lock, 0))
    return evolve(state, total_issuance=state.balances_total_issuance)


def _minted_to(state: State, netuid: NetUid, amount: int) -> State:
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
    migration=accounts_filled,
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
            fee_of_buyer_paid=swap_fees.fee_of_buyer_from_subnet,
            fee_of_seller_paid=swap_fees.fee_of_seller_from_subnet,
        ),
        staking=evolve(
            before.staking,
            removal_checks=(*before.staking.removal_checks, locks.removal_available),
            record_registration=inflows.record_registration,
        ),
        moves=evolve(before.moves, checks=(*before.moves.checks, checks.between_subnets(locks.transition_available))),
        neurons=evolve(before.neurons, clear=mechanisms.cleared_with_permit),
        networks=evolve(
            before.networks,
            opened=networks.opened_with_emission,
            parameters_kept=dissolution.parameters_of_emission_kept,
            close_positions=dissolution.positions_left_alone,
        ),
        keys=evolve(before.keys, owner_hotkey_set=keys.owner_hotkey_announced),
        children=evolve(before.children, min_take=children.min_take_of_network_and_subnet),
        claims=evolve(before.claims, claim_by_sale=claims.claimed_by_sale_to_root),
        accounts=evolve(
            before.accounts,
            is_of_subnet=subnet_accounts.is_of_subnet,
            can_pay=subnet_accounts.is_covered,
            charge=subnet_accounts.uncharged,
            stake=subnet_accounts.paid_into,
            unstake=subnet_accounts.paid_out_of,
            pay_out=subnet_accounts.paid_by_sale,
            hand_over=subnet_accounts.handed_over,
            hand_over_all=subnet_accounts.all_handed_over,
            recycle=subnet_accounts.recycled,
            pay_holder=subnet_accounts.paid_if_possible,
            refund=subnet_accounts.refunded_if_possible,
            close=subnet_accounts.rest_recycled,
        ),
        assets=AssetRules(recycled=assets.recycled, recycle=assets.recycle, burned=assets.burned),
        locks=evolve(
            before.locks,
            require_available=locks.require_available,
            stake_changed=lock_effects.ended_lock_removed,
            stake_cleared=lock_effects.lock_reduced,
            stake_transferred=lock_effects.lock_transferred,
            hotkey_swapped=lock_swaps.locks_of_hotkey_moved,
            coldkey_swapped=lock_swaps.locks_of_coldkey_moved,
            owner_paid=locks.owner_cut_locked,
        ),
    ),
)

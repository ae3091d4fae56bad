"""What each call does to storage, once it is accepted: the one table of calls of the model."""

from collections.abc import Callable, Mapping

from dtao_properties.model.calls import claims, keys, liquidity, networks, settings, staking
from dtao_properties.model.storage_model import StorageModel

Effect = Callable[[StorageModel], None]

CALLS: Mapping[str, tuple[Effect, ...]] = {
    "add_stake": (staking.add_stake, staking.record_stakers),
    "add_stake_limit": (staking.add_stake_limit, staking.record_stakers),
    "remove_stake": (staking.remove_stake, staking.record_stakers, staking.drop_pending_children),
    "remove_stake_limit": (staking.remove_stake_limit, staking.record_stakers, staking.drop_pending_children),
    "remove_stake_full_limit": (
        staking.remove_stake_full_limit,
        staking.record_stakers,
        staking.drop_pending_children,
    ),
    "unstake_all": (staking.unstake_all, staking.record_stakers),
    "unstake_all_alpha": (staking.unstake_all_alpha, staking.record_stakers),
    "move_stake": (staking.move_stake, staking.record_stakers),
    "transfer_stake": (staking.transfer_stake, staking.record_stakers),
    "swap_stake": (staking.swap_stake, staking.record_stakers),
    "swap_stake_limit": (staking.swap_stake_limit, staking.record_stakers),
    "recycle_alpha": (staking.recycle_alpha, staking.emit_given_up("AlphaRecycled")),
    "burn_alpha": (staking.burn_alpha, staking.emit_given_up("AlphaBurned")),
    "add_stake_burn": (staking.add_stake_burn,),
    "set_fee_rate": (liquidity.set_fee_rate,),
    "toggle_user_liquidity": (liquidity.toggle_user_liquidity,),
    "disable_lp": (networks.disable_lp,),
    "add_liquidity": (liquidity.add_liquidity,),
    "remove_liquidity": (liquidity.remove_liquidity,),
    "modify_position": (liquidity.modify_position,),
    "burned_register": (networks.burned_register,),
    "root_register": (networks.root_register,),
    "register_network": (networks.register_network,),
    "dissolve_network": (networks.dissolve_network,),
    "root_dissolve_network": (networks.dissolve_network,),
    "start_call": (networks.start_call,),
    "try_associate_hotkey": (networks.create_account,),
    "swap_hotkey": (keys.swap_hotkey,),
    "swap_coldkey": (keys.swap_coldkey,),
    "swap_hotkey_v2": (keys.swap_hotkey,),
    "announce_coldkey_swap": (keys.announce_coldkey_swap,),
    "swap_coldkey_announced": (keys.swap_coldkey_announced,),
    "dispute_coldkey_swap": (),
    "reset_coldkey_swap": (),
    "clear_coldkey_swap_announcement": (),
    "enable_voting_power_tracking": (),
    "disable_voting_power_tracking": (),
    "sudo_set_voting_power_ema_alpha": (),
    "transfer": (settings.transfer,),
    "set_weights": (settings.set_weights,),
    "set_mechanism_weights": (settings.set_weights,),
    "set_coldkey_auto_stake_hotkey": (settings.set_coldkey_auto_stake_hotkey,),
    "set_children": (settings.set_children,),
    "set_childkey_take": (settings.set_childkey_take,),
    "increase_take": (settings.increase_take,),
    "decrease_take": (settings.decrease_take,),
    "claim_root": (claims.claim_root,),
    "set_root_claim_type": (claims.set_root_claim_type,),
    "sudo_set_num_root_claims": (claims.sudo_set_num_root_claims,),
    "sudo_set_root_claim_threshold": (claims.sudo_set_root_claim_threshold,),
    "set_pending_childkey_cooldown": (settings.set_pending_childkey_cooldown,),
}
"""Each is a sequence of effects, which are applied in order; without any, no money moves, and no record is followed."""

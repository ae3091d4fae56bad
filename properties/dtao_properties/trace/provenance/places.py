"""Where a rule stands in the runtime's source: at the launch what the rule itself says, later what is written here.

The functions that were renamed, and the rules whose source moved, ended or began, are facts that somebody read; the
blobs and digests in provenance.toml are computed from them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from dtao.errors import InputError
from dtao_spec.contents import CHAPTERS
from dtao_spec.registry import Rule, place
from dtao_spec.render import rules_of

STATED: Mapping[str, Rule] = MappingProxyType({rule.id: rule for chapter in CHAPTERS for rule in rules_of(chapter)})
"""The rules that SPEC.md states."""
PALLET = "pallets/subtensor/src/"
MANIFEST = "Cargo.toml"
QUOTED = re.compile(r"`([^`]+)`")
LIBRARIES = MappingProxyType({"substrate-fixed": "substrate-fixed", "the balances pallet": "pallet-balances"})
"""How rules name the libraries that they rest on, and what those are called in the manifest."""


@frozen
class Place:
    """A function of a file. In the manifest it is a dependency instead, elsewhere it may be a constant."""

    path: str
    function: str


Places = tuple[Place, ...]


def at(*texts: str) -> Places:
    """Return the places in texts such as ``staking/helpers.rs: hotkey_take, owner``, by default in the main pallet."""
    found = []
    for text in texts:
        path, _, names = text.partition(": ")
        whole = path if path == MANIFEST or path.startswith(("primitives/", "runtime/")) else PALLET + path
        found += [Place(whole, name) for name in names.split(", ")]
    return tuple(found)


COINBASE = "coinbase/run_coinbase.rs: "
EPOCH = "epoch/run_epoch.rs: "
MATH = "epoch/math.rs: "
STAKE = "staking/stake_utils.rs: "
POOL = "primitives/share-pool/src/lib.rs: "
SWAP = "swap/swap_hotkey.rs: "

ADDED: Mapping[str, Places] = MappingProxyType({
    "EPOCH-4": at(MATH + "normalize, inplace_row_normalize, inplace_row_normalize_64, inplace_col_normalize"),
    "EPOCH-9": at(MATH + "matmul, matmul_transpose, row_hadamard"),
    "SHARE-5": at(
        STAKE + "decrease_stake_for_hotkey_and_coldkey_on_subnet, increase_stake_for_hotkey_on_subnet,"
        " decrease_stake_for_hotkey_on_subnet"
    ),
    "CHILD-1": at(COINBASE + "run_coinbase"),
    "CHILD-2": at("lib.rs: DefaultPendingCooldown"),
})  # fmt: skip
"""What rules only hint at in their field ``Source``, such as "and their dense twins", and constants that changed."""

RENAMED: Mapping[str, Mapping[Place, Places]] = MappingProxyType({
    "start-call": {
        at(COINBASE + "get_dividends_distribution")[0]: at(COINBASE + "get_parent_child_dividends_distribution"),
    },
})  # fmt: skip
"""By the era from which on it is so: the functions that got another name or place, for all rules alike."""

_OF_ALL_DIVIDENDS = at(COINBASE + "distribute_dividends_and_incentives")
_OF_EACH_DIVIDEND = at(COINBASE + "calculate_dividend_distribution, get_stake_map")
_SWAPPED_ONCE = at(SWAP + "perform_hotkey_swap_on_all_subnets")
_SWAPPED_ON_EACH = at(SWAP + "perform_hotkey_swap_on_one_subnet")

SOURCES: Mapping[str, Mapping[str, Places]] = MappingProxyType({
    "PRICE-3": {"launch": at(STAKE + "update_moving_price")},
    "PRICE-4": {"dynamic-fees": at(STAKE + "update_moving_price")},
    "EMIT-8": {"launch": at(COINBASE + "run_coinbase")},
    "SHARE-4": {"dividend-fix": at(POOL + "SharePool::update_value_for_one, SharePool::get_shares_per_update")},
    "SHARE-8": {
        "share-precision": at(
            POOL + "SharePool::sim_update_value_for_one", STAKE + "try_increase_stake_for_hotkey_and_coldkey_on_subnet"
        ),
        "dividend-fix": at(
            POOL + "SharePool::sim_update_value_for_one, SharePool::get_shares_per_update",
            STAKE + "try_increase_stake_for_hotkey_and_coldkey_on_subnet",
        ),
    },
    "SHARE-9": {"dividend-fix": at(POOL + "SharePool::update_value_for_one")},
    "STAKE-18": {"nominators-move": at(STAKE + "stake_into_subnet, unstake_from_subnet")},
    "STAKE-19": {
        "launch": at("lib.rs: DefaultStakingFee"),
        "dynamic-fees": at(
            STAKE + "calculate_staking_fee", "lib.rs: DefaultStakingFee",
            "staking/move_stake.rs: transition_stake_internal",
        ),
    },
    "STAKE-20": {"dividend-fix": at("staking/helpers.rs: maybe_become_delegate")},
    "STAKE-21": {"yuma3": at(STAKE + "increase_stake_for_hotkey_and_coldkey_on_subnet")},
    "STAKE-22": {"yuma3": at("lib.rs: ensure_subtoken_enabled")},
    "STAKE-23": {
        "yuma3": at(
            "staking/add_stake.rs: get_max_amount_add", "staking/remove_stake.rs: get_max_amount_remove",
            "staking/move_stake.rs: get_max_amount_move",
        ),
    },
    "STAKE-24": {"start-call": at("staking/recycle_alpha.rs: do_recycle_alpha")},
    "STAKE-25": {"start-call": at("staking/recycle_alpha.rs: do_burn_alpha")},
    "NET-4": {"dynamic-fees": ()},
    "NET-10": {"start-call": at("subnets/subnet.rs: do_start_call")},
    "EPOCH-5": {"yuma3": at(MATH + "is_topk, is_topk_nonzero")},
    "EPOCH-22": {"yuma3": at(EPOCH + "epoch", "utils/misc.rs: get_stake_threshold")},
    "BOND-1": {"yuma3": ()},
    "BOND-5": {"yuma3": ()},
    "BOND-8": {"yuma3": ()},
    "BOND-10": {"yuma3": ()},
    "BOND-13": {"yuma3": at(EPOCH + "epoch, get_bonds_sparse_fixed_proportion, get_bonds_fixed_proportion")},
    "BOND-14": {
        "yuma3": at(
            EPOCH + "compute_bonds_sparse, compute_bonds, compute_liquid_alpha_values_sparse,"
            " compute_liquid_alpha_values, compute_disabled_liquid_alpha"
        ),
    },
    "BOND-15": {"yuma3": at(EPOCH + "alpha_sigmoid")},
    "BOND-16": {"yuma3": at(MATH + "mat_vec_mul_sparse, mat_vec_mul")},
    "BOND-17": {"yuma3": at(MATH + "mat_ema_alpha_sparse, mat_ema_alpha")},
    "DIV-5": {"dynamic-fees": _OF_ALL_DIVIDENDS, "start-call": _OF_EACH_DIVIDEND},
    "DIV-6": {"dynamic-fees": _OF_ALL_DIVIDENDS, "start-call": _OF_EACH_DIVIDEND[:1]},
    "DIV-7": {"dynamic-fees": _OF_ALL_DIVIDENDS},
    "DIV-9": {
        "dynamic-fees": at(COINBASE + "drain_pending_emission, distribute_dividends_and_incentives"),
        "start-call": at(
            COINBASE + "drain_pending_emission, calculate_dividend_and_incentive_distribution,"
            " calculate_dividends_and_incentives, distribute_dividends_and_incentives"
        ),
    },
    "DIV-10": {"dynamic-fees": _OF_ALL_DIVIDENDS, "start-call": _OF_EACH_DIVIDEND[:1]},
    "DIV-11": {"dynamic-fees": _OF_ALL_DIVIDENDS},
    "DIV-12": {
        "launch": at(COINBASE + "drain_pending_emission"),
        "dynamic-fees": _OF_ALL_DIVIDENDS,
        "start-call": _OF_EACH_DIVIDEND,
    },
    "DIV-13": {"start-call": at(COINBASE + "drain_pending_emission")},
    "CHILD-1": {
        "nominators-move": at(
            "staking/set_children.rs: do_set_pending_children", "coinbase/block_step.rs: try_set_pending_children"
        ),
    },
    "CHILD-2": {
        "hotkey-per-subnet": at(
            "staking/set_children.rs: do_schedule_children", "lib.rs: DefaultPendingChildKeyCooldown"
        ),
    },
    "CHILD-12": {"hotkey-per-subnet": at("macros/dispatches.rs: set_pending_childkey_cooldown")},
    "KEY-3": {"hotkey-per-subnet": _SWAPPED_ONCE + _SWAPPED_ON_EACH},
    "KEY-4": {"hotkey-per-subnet": _SWAPPED_ONCE + _SWAPPED_ON_EACH},
    "KEY-5": {"hotkey-per-subnet": _SWAPPED_ON_EACH},
    "KEY-6": {"hotkey-per-subnet": _SWAPPED_ON_EACH},
    "KEY-7": {"hotkey-per-subnet": _SWAPPED_ON_EACH},
    "KEY-9": {"hotkey-per-subnet": _SWAPPED_ON_EACH},
    "KEY-10": {"hotkey-per-subnet": at(SWAP + "swap_hotkey_on_subnet")},
    "KEY-11": {"unsigned-math": at(SWAP + "perform_hotkey_swap"), "hotkey-per-subnet": _SWAPPED_ON_EACH},
    "KEY-12": {"hotkey-per-subnet": at("macros/hooks.rs: clean_up_hotkey_swap_records")},
    "STATE-13": {"hotkey-per-subnet": _SWAPPED_ONCE},
    "STATE-14": {"dividend-fix": at("staking/account.rs: do_try_associate_hotkey")},
})  # fmt: skip
"""For single rules, by the era from which on it is so: their whole source. Nothing: the rule ended before."""

BEGINS: Mapping[str, str] = MappingProxyType({
    "PRICE-4": "dynamic-fees",
    "SHARE-8": "share-precision",
    "SHARE-9": "dividend-fix",
    "STAKE-18": "nominators-move",
    "STAKE-20": "dividend-fix",
    "STAKE-21": "yuma3",
    "STAKE-22": "yuma3",
    "STAKE-23": "yuma3",
    "STAKE-24": "start-call",
    "STAKE-25": "start-call",
    "NET-10": "start-call",
    "EPOCH-22": "yuma3",
    "BOND-13": "yuma3",
    "BOND-14": "yuma3",
    "BOND-15": "yuma3",
    "BOND-16": "yuma3",
    "BOND-17": "yuma3",
    "DIV-13": "start-call",
    "CHILD-12": "hotkey-per-subnet",
    "KEY-10": "hotkey-per-subnet",
    "KEY-11": "unsigned-math",
    "KEY-12": "hotkey-per-subnet",
    "STATE-14": "dividend-fix",
})  # fmt: skip
"""The era of each rule that the launch does not have; all others begin with the launch."""


def stated(source: str) -> Places:
    """Return the places that a field ``Source`` names: of each path in backquotes the functions that follow it."""
    found = [Place(MANIFEST, library) for name, library in LIBRARIES.items() if name in source]
    path = None
    for text in QUOTED.findall(source):
        if "/" in text:
            path = text
        elif path is not None:
            found.append(Place(path, text))
    return tuple(found)


def history(rule: str, eras: Sequence[str]) -> Iterator[tuple[str, Places]]:
    """Return the places of a rule in each era from the one in which it begins; none from the one in which it ended.

    Rejects, as InputError, a rule that names no place, and an era of the tables that is none.
    """
    own, begins = SOURCES.get(rule, {}), BEGINS.get(rule, eras[0])
    if unknown := [era for era in (begins, *own, *RENAMED) if era not in eras]:
        raise InputError(
            f"{rule}: its places are given from {unknown[0]!r} on, which is no era. Known are {list(eras)}"
        )
    current = (*(stated(STATED[rule].first.fields["Source"]) if rule in STATED else ()), *ADDED.get(rule, ()))
    for era in eras[eras.index(begins) :]:
        current = own[era] if era in own else renamed(current, era)
        if era == begins and not current:
            raise InputError(f"{rule}: no place of its source is known. State its Source, or add it to SOURCES.")
        yield era, current


def renamed(places: Places, era: str) -> Places:
    """Return where what stood at these places in the era before stands in this one."""
    names = RENAMED.get(era, {})
    return tuple(dict.fromkeys(new for old in places for new in names.get(old, (old,))))


def known_rules(implemented: Iterable[str]) -> list[str]:
    """Return all rules in the order of the specification: the stated ones, and those only implemented as yet."""
    return sorted({*STATED, *implemented}, key=place)

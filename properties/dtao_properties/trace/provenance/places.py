"""Where a rule stands in the runtime's source: what each of its versions says, and here what moved in between.

The functions that were renamed or moved while the rule stayed are facts that somebody read; the blobs and digests in
provenance.toml are computed from them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

import dtao
from dtao.errors import InputError
from dtao_spec.contents import CHAPTERS
from dtao_spec.registry import Rule, place
from dtao_spec.render import rules_of

STATED: Mapping[str, Rule] = MappingProxyType({rule.id: rule for chapter in CHAPTERS for rule in rules_of(chapter)})
"""The rules that SPEC.md states."""
PALLET = "pallets/subtensor/src/"
MANIFEST = "Cargo.toml"
QUOTED = re.compile(r"`([^`]+)`")
LIBRARIES = MappingProxyType(
    {"substrate-fixed": "substrate-fixed", "the balances pallet": "pallet-balances", "safe-bigmath": "safe-bigmath"}
)
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
MISC = "utils/misc.rs: "
STAKE = "staking/stake_utils.rs: "
POOL = "primitives/share-pool/src/lib.rs: "
SWAP = "swap/swap_hotkey.rs: "
REGISTRATION = "subnets/registration.rs: "
GUARD = "guards/check_coldkey_swap.rs: "
SWAPPED_COLDKEY = "swap/swap_coldkey.rs: "
RANGES = "pallets/swap/src/pallet/"
STEP = (
    "determine_action", "sqrt_price_target", "delta_in", "convert_deltas", "process_swap",
    "update_liquidity_at_crossing", "add_fees",
)  # fmt: skip
"""What of a swap stands in a file of its own since 338."""

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
"""What the first version of a rule only hints at, such as "and their dense twins", and constants that changed."""

RENAMED: Mapping[str, Mapping[Place, Places]] = MappingProxyType({
    "start-call": {
        at(COINBASE + "get_dividends_distribution")[0]: at(COINBASE + "get_parent_child_dividends_distribution"),
    },
    "several-mechanisms": {at(MISC + "burn_tokens")[0]: at(MISC + "recycle_tao")},
    "tao-flow": {
        **{Place(RANGES + "impls.rs", name): (Place(RANGES + "swap_step.rs", name),) for name in STEP},
        at("lib.rs: tao_reserve")[0]: at("lib.rs: TaoCurrencyReserve::reserve"),
        at("lib.rs: alpha_reserve")[0]: at("lib.rs: AlphaCurrencyReserve::reserve"),
    },
    "excess-tao": {at(COINBASE + "drain_pending_emission")[0]: at(COINBASE + "distribute_emission")},
    "pruned-by-emission": {at(MATH + "safe_exp")[0]: at(MATH + "exp_safe")},
    "fees-to-authors": {
        at(SWAPPED_COLDKEY + "perform_swap_coldkey")[0]: at(
            SWAPPED_COLDKEY + "transfer_subnet_ownership, transfer_auto_stake_destination, transfer_coldkey_stake,"
            " transfer_staking_hotkeys, transfer_hotkeys_ownership"
        ),
    },
    "decimal-shares": {
        at(REGISTRATION + "do_burned_registration")[0]: at(REGISTRATION + "do_register"),
        at(GUARD + "check")[0]: at(GUARD + "pre_dispatch"),
    },
    "accounts-and-locks": {
        at("staking/helpers.rs: add_balance_to_coldkey_account")[0]: at("coinbase/tao.rs: transfer_tao"),
    },
})  # fmt: skip
"""By the era from which on it is so: the functions that got another name or place, for all rules alike."""

_OF_ALL_DIVIDENDS = at(COINBASE + "distribute_dividends_and_incentives")
_OF_EACH_DIVIDEND = at(COINBASE + "calculate_dividend_distribution, get_stake_map")
_IN_STEPS = at(
    COINBASE + "drain_pending_emission, calculate_dividend_and_incentive_distribution,"
    " calculate_dividends_and_incentives, distribute_dividends_and_incentives"
)
_SWAPPED_ON_EACH = at(SWAP + "perform_hotkey_swap_on_one_subnet")

SOURCES: Mapping[str, Mapping[str, Places]] = MappingProxyType({
    "EPOCH-5": {"yuma3": at(MATH + "is_topk, is_topk_nonzero")},
    "DIV-5": {"dynamic-fees": _OF_ALL_DIVIDENDS, "start-call": _OF_EACH_DIVIDEND},
    "DIV-6": {"dynamic-fees": _OF_ALL_DIVIDENDS, "start-call": _OF_EACH_DIVIDEND[:1]},
    "DIV-7": {"dynamic-fees": _OF_ALL_DIVIDENDS},
    "DIV-9": {
        "dynamic-fees": at(COINBASE + "drain_pending_emission, distribute_dividends_and_incentives"),
        "start-call": _IN_STEPS, "unsigned-math": _IN_STEPS,
    },
    "DIV-10": {"dynamic-fees": _OF_ALL_DIVIDENDS, "start-call": _OF_EACH_DIVIDEND[:1]},
    "DIV-11": {"dynamic-fees": _OF_ALL_DIVIDENDS},
    "DIV-12": {"dynamic-fees": _OF_ALL_DIVIDENDS},
    "KEY-4": {"subnet-hotkey-swap": at(SWAP + "perform_hotkey_swap_on_all_subnets") + _SWAPPED_ON_EACH},
    "KEY-6": {"subnet-hotkey-swap": _SWAPPED_ON_EACH},
    "KEY-7": {"subnet-hotkey-swap": _SWAPPED_ON_EACH},
    "KEY-9": {"subnet-hotkey-swap": _SWAPPED_ON_EACH},
})  # fmt: skip
"""Where the source of a rule moved, and the rule did not change: by the era from which on it is so, all of it."""


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

    Each version of the rule states its own; between two versions, what was moved or renamed is followed. Rejects, as
    InputError, a rule that names no place, and an era of the tables that is none.
    """
    own = SOURCES.get(rule, {})
    if unknown := [era for era in (*own, *RENAMED) if era not in eras]:
        raise InputError(
            f"{rule}: its places are given from {unknown[0]!r} on, which is no era. Known are {list(eras)}"
        )
    if rule not in STATED:
        raise InputError(f"{rule}: no place of its source is known. State it in a chapter, with its Source.")
    versions = {dtao.era(one.since).name: one for one in STATED[rule].versions}
    until = STATED[rule].until
    current: Places | None = None
    for era in eras:
        if era in versions:
            added = ADDED.get(rule, ()) if current is None else ()
            current = (*stated(versions[era].fields["Source"]), *added)
        elif current is None:
            continue
        elif until is not None and dtao.era(era).spec_version > until:
            current = ()
        else:
            current = renamed(current, era)
        current = own.get(era, current)
        if not current and era in versions:
            raise InputError(f"{rule}: no place of its source is known. Its Source names no function.")
        yield era, current


def renamed(places: Places, era: str) -> Places:
    """Return where what stood at these places in the era before stands in this one."""
    names = RENAMED.get(era, {})
    return tuple(dict.fromkeys(new for old in places for new in names.get(old, (old,))))


def known_rules(implemented: Iterable[str]) -> list[str]:
    """Return all rules in the order of the specification: the stated ones, and those only implemented as yet."""
    return sorted({*STATED, *implemented}, key=place)

"""The eras, one file each: when it was in force, and how its runtime differs from the one before.

A rule that did not change between two eras is the same function. A rule that changed has its functions side by side in
the file of its family, and the row of the era names the one in force.
"""

import copyreg
import re
from difflib import get_close_matches
from itertools import pairwise

from dtao.codec import MAX_DIGITS
from dtao.eras import (
    e233_launch,
    e234_capped_price,
    e238_nominators_move,
    e239_share_precision,
    e244_dividend_fix,
    e245_child_cooldown,
    e246_price_age,
    e247_min_activity_cutoff,
    e252_dynamic_fees,
    e257_start_call,
    e258_price_from_start,
    e261_unsigned_math,
    e265_unstake_validity,
    e273_yuma3,
    e274_token_gate,
    e276_subnet_hotkey_swap,
    e277_hotkey_per_subnet,
    e283_concentrated_liquidity,
    e298_subsidy,
    e320_mechanisms,
    e338_tao_flow,
    e342_excess,
    e343_servers_validators,
    e345_started_subnets,
    e347_protocol_flow,
    e348_flow_from_zero,
    e351_closed_liquidity,
    e352_flow_of_swaps,
    e361_prices_after_epochs,
    e362_injection_cap,
    e365_pruned_by_emission,
    e366_claims_follow,
    e371_start_at_once,
    e385_fees_to_authors,
    e391_merged_reserves,
    e401_decimal_shares,
    e402_no_owner_alpha,
    e411_accounts_and_locks,
    e413_protocol_alpha,
    e415_early_pools,
    e417_locks_follow,
    e419_swap_cooldown,
    e421_price_and_root,
    e422_no_emission_first,
    e423_weighted_pools,
    e424_bounded_swaps,
    e425_conviction,
)
from dtao.errors import UnknownName
from dtao.given import shown
from dtao.migrations import require_later, upgrade
from dtao.oracle import Era
from dtao.state import State
from dtao.storage import Flat, dump, require_state

ERAS: tuple[Era, ...] = (
    e233_launch.ERA,
    e234_capped_price.ERA,
    e238_nominators_move.ERA,
    e239_share_precision.ERA,
    e244_dividend_fix.ERA,
    e245_child_cooldown.ERA,
    e246_price_age.ERA,
    e247_min_activity_cutoff.ERA,
    e252_dynamic_fees.ERA,
    e257_start_call.ERA,
    e258_price_from_start.ERA,
    e261_unsigned_math.ERA,
    e265_unstake_validity.ERA,
    e273_yuma3.ERA,
    e274_token_gate.ERA,
    e276_subnet_hotkey_swap.ERA,
    e277_hotkey_per_subnet.ERA,
    e283_concentrated_liquidity.ERA,
    e298_subsidy.ERA,
    e320_mechanisms.ERA,
    e338_tao_flow.ERA,
    e342_excess.ERA,
    e343_servers_validators.ERA,
    e345_started_subnets.ERA,
    e347_protocol_flow.ERA,
    e348_flow_from_zero.ERA,
    e351_closed_liquidity.ERA,
    e352_flow_of_swaps.ERA,
    e361_prices_after_epochs.ERA,
    e362_injection_cap.ERA,
    e365_pruned_by_emission.ERA,
    e366_claims_follow.ERA,
    e371_start_at_once.ERA,
    e385_fees_to_authors.ERA,
    e391_merged_reserves.ERA,
    e401_decimal_shares.ERA,
    e402_no_owner_alpha.ERA,
    e411_accounts_and_locks.ERA,
    e413_protocol_alpha.ERA,
    e415_early_pools.ERA,
    e417_locks_follow.ERA,
    e419_swap_cooldown.ERA,
    e421_price_and_root.ERA,
    e422_no_emission_first.ERA,
    e423_weighted_pools.ERA,
    e424_bounded_swaps.ERA,
    e425_conviction.ERA,
)

TAG = re.compile(r"v([0-9]+)\.([0-9]+)\.([0-9]+)")
"""How the name of a tag of the runtime begins."""


def era(which: str | int) -> Era:
    """Return an era by its name, its tag, or any spec version in which its rules were in force.

    >>> era("launch") is era(233) is era("v2.0.0")
    True
    >>> era(236).name
    'capped-price'

    Rejects, as UnknownName, an era that is not covered; the message says why, and names the nearest that are.
    """
    version = int(which) if type(which) is str and len(which) <= MAX_DIGITS and which.isdecimal() else which
    for row in ERAS:
        if version in (row.name, row.tag) or (
            type(version) is int and row.spec_version <= version <= row.last_spec_version
        ):
            return row
    why = _why_unknown(version)
    raise UnknownName(f"there is no era {shown(version)}: {why} `dtao eras` lists those that are covered")


def _why_unknown(which: object) -> str:
    """Say why there is no era of a name or a version, and which are the nearest."""
    if type(which) is str and (tag := TAG.match(which[:MAX_DIGITS])):
        return _why_no_tag(tag)
    if type(which) is not int:
        near = get_close_matches(str(which)[:MAX_DIGITS], [row.name for row in ERAS], 3, 0.5)
        return f"did you mean {' or '.join(map(repr, near))}?" if near else "no name is like it."
    first, last = ERAS[0], ERAS[-1]
    if which < first.spec_version:
        return f"version {shown(which)} was before Dynamic TAO, which began with {first.spec_version}, {first.name!r}."
    if which > last.last_spec_version:
        latest = f"the last that is covered, of {last.name!r}"
        return f"version {shown(which)} is later than {last.last_spec_version}, {latest}."
    before, after = next(pair for pair in pairwise(ERAS) if pair[0].last_spec_version < which < pair[1].spec_version)
    return f"version {which} lies between {_told(before)} and {_told(after)} and had some of what changed."


def _why_no_tag(tag: re.Match[str]) -> str:
    """Say why there is no era of a tag of the runtime, and which tags are the nearest."""
    wanted = _numbers(tag)
    tagged = [(_numbers(match), row) for row in ERAS if (match := TAG.match(row.tag))]
    before = [row for numbers, row in tagged if numbers <= wanted][-1:]
    after = [row for numbers, row in tagged if numbers >= wanted and row not in before][:1]
    near = " and ".join(f"{row.tag} of {_told(row)}" for row in (*before, *after))
    return f"no era begins with this tag; nearest: {near}. A version between them is named by its number."


def _numbers(tag: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in tag.groups())


def _told(row: Era) -> str:
    first, last = row.spec_version, row.last_spec_version
    return f"{row.name!r} ({first if first == last else f'{first}-{last}'})"


def migrate(state: State, to: Era | str | int) -> State:
    """Return the state after the upgrades from its own era to another one, all in its present block.

    See :mod:`dtao.migrations` for what they do and what is not covered. Rejects, as InputError, an earlier era.
    """
    require_state(state)
    target = to if isinstance(to, Era) else era(to)
    require_later(state, target.spec_version, target.name)
    for row in ERAS:
        if state.runtime.spec_version < row.spec_version <= target.spec_version:
            state = upgrade(state, row.migration, row.runtime)
    return state


def _reduced(state: State) -> tuple[object, ...]:
    """Take a state apart for ``pickle``: into its flat entries, because its runtime is made of functions."""
    return load, (dump(state), state.runtime.spec_version, False)


copyreg.pickle(State, _reduced)  # type: ignore[arg-type]  # what rebuilds it is load, with its arguments


def load(flat: Flat, which: str | int = "launch", check: bool = True) -> State:
    """Return the state of an era with these flat entries; see :func:`dtao.storage.load`."""
    return era(which).load(flat, check)

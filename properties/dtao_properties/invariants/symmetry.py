"""Symmetry: nothing depends on which number an account or a subnet has, nor on the unit of a pool."""

from collections.abc import Iterator, Mapping
from zlib import crc32

from dtao.units import AccountId, NetUid
from dtao_properties.invariants.base import invariant
from dtao_properties.invariants.conservation import account_of
from dtao_properties.ledger.blocks import is_due
from dtao_properties.ledger.figures import DYNAMIC
from dtao_properties.relabelling import Relabelling
from dtao_properties.transitions import Transition
from dtao_properties.vectors import Json

REVERSED = 2**40
"""Accounts are renamed to what they lack of this: in reverse order, so that what goes by their order shows."""
NOBODY = 0
"""The account that stands for none keeps its number."""


SAMPLE = 4
"""Of so many steps one is done again under other numbers, because that takes longer than all the rest."""


def sampled(step: Transition) -> bool:
    """Whether a step is one of the sample: by what it is and when, so that it is always the same ones."""
    return crc32(f"{step.before.block_number} {step.request}".encode()) % SAMPLE == 0


def _mirrored(account: int) -> int:
    return account if account == NOBODY or account >= REVERSED else REVERSED - account


def _unordered(flat: Mapping[str, Json]) -> dict[str, Json]:
    """Return a flat state in which the parents of a child have no order: it follows the hashes of their accounts."""
    return {
        entry: sorted(value) if entry.startswith("ParentKeys/") and value is not None else value
        for entry, value in flat.items()
    }


@invariant(
    "accounts have no rank",
    "With other account numbers, in another order, everything is the same under the other numbers: what a call does,"
    " why it is refused, what a block pays. Only the order of a child's parents follows the accounts.",
    "STATE-6", "DIV-9", "CHILD-1", "KEY-3", "KEY-8", "REG-5",
)  # fmt: skip
def _accounts(step: Transition) -> Iterator[str]:
    if step.do not in ("call", "blocks") or not sampled(step):
        return
    if step.before.senate or _noted_without_stake(step):
        return  # the seats of the senate are not in the flat form, nor are stakes of 0 that an epoch noted
    yield from _renamed(step, Relabelling(account=_mirrored))


@invariant(
    "subnets have no rank",
    "With the numbers of two subnets exchanged, everything is the same under the other numbers, but for the block in"
    " which an epoch is due.",
    "STAKE-16", "STAKE-17", "BLOCK-3", "EMIT-1", "STATE-5",
)  # fmt: skip
def _subnets(step: Transition) -> Iterator[str]:
    before = step.before
    known = sorted(netuid for netuid, subnet in before.subnets.items() if subnet.added and netuid)
    if len(known) < 2 or step.do not in ("call", "blocks") or before.senate or not sampled(step):
        return
    if _noted_without_stake(step):
        return
    one, other = known[0], known[-1]
    exchanged = {one: other, other: one}
    if step.do == "blocks":
        tempos = [before.subnet(netuid).hyperparameters.tempo for netuid in (one, other)]
        blocks = range(before.block_number + 1, before.block_number + 1 + step.request["n"])
        if any(is_due(netuid, tempo, block) for tempo in tempos for netuid in (one, other) for block in blocks):
            return
    elif step.name in ("unstake_all", "unstake_all_alpha", "dissolve_network"):
        signer = step.signer
        if signer is None or before.balances.get(signer, 0) == 0:  # type: ignore[call-overload]
            return  # the order decides which payment is too small for an account to exist
        account = account_of(step)
        if account is not None and None in account.books.saturated:
            return  # the order decides when TotalStake is empty
    yield from _renamed(step, Relabelling(netuid=lambda netuid: exchanged.get(NetUid(netuid), netuid)))


def _noted_without_stake(step: Transition) -> bool:
    """Whether a hotkey is swapped of which an epoch noted that it had no stake: until 273 that decides what follows."""
    if step.name != "swap_hotkey":
        return False
    hotkey = AccountId(step.argument("hotkey"))
    return any(subnet.total_hotkey_alpha_last_epoch.get(hotkey) == 0 for subnet in step.before.subnets.values())


LAST_WRITTEN = frozenset({"BlockEmission"})
"""What the last subnet in the order of iteration decides."""


def _renamed(step: Transition, names: Relabelling) -> Iterator[str]:
    era = step.era
    state = era.load(names.flat(step.flat_before), check=False)
    request = names.request(step.request) if step.do == "call" else step.request
    other = step.implementation.taken(state, request)
    if other.error != step.error:
        yield f"{step.error} becomes {other.error} under other numbers"
        return
    expected, found = _unordered(names.flat(step.flat_after)), _unordered(era.dump(other.after))
    if expected != found:
        entries = (entry for entry in {**expected, **found} if expected.get(entry) != found.get(entry))
        differing = sorted(entry for entry in entries if entry not in LAST_WRITTEN)
        if differing:
            first = differing[0]
            yield f"under other numbers {differing[:4]} differ: {found.get(first)}, not {expected.get(first)}"


@invariant(
    "pools have no unit",
    "In a pool with a thousand times the reserves a thousand times the amount brings a thousand times as much, up to"
    " what was rounded off.",
    "POOL-1", "POOL-2",
)  # fmt: skip
def _scaled(step: Transition) -> Iterator[str]:
    if step.do != "call" or "netuid" not in step.args or not {"amount_staked", "amount_unstaked"} & set(step.args):
        return
    netuid, scale = step.argument("netuid"), 1_000
    adds = "amount_staked" in step.args
    amount = step.argument("amount_staked" if adds else "amount_unstaked")
    pool = step.before.pool(NetUid(netuid))
    if max(pool.tao, pool.alpha_in, amount) * scale >= 2**54 or step.before.subnet(NetUid(netuid)).mechanism != DYNAMIC:
        return
    scaled = step.era.set(step.before, "SubnetTAO", {"netuid": netuid}, str(pool.tao * scale))
    scaled = step.era.set(scaled, "SubnetAlphaIn", {"netuid": netuid}, str(pool.alpha_in * scale))
    read = "sim_swap_tao_for_alpha" if adds else "sim_swap_alpha_for_tao"
    small = step.implementation.asked(step.before, read, {"netuid": netuid, "amount": str(amount)})
    large = step.implementation.asked(scaled, read, {"netuid": netuid, "amount": str(amount * scale)})
    if small is not None and (large is None or not (int(small) - 1) * scale < int(large) < (int(small) + 1) * scale):
        yield f"{amount} brings {small}, and {scale} times as much {large} in a pool of {scale} times the reserves"

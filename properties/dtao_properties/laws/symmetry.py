"""Symmetry: nothing depends on which number an account or a subnet has, nor on the unit of a pool."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zlib import crc32

from attrs import fields

import dtao
from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.units import AccountId, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.laws.base import invariant
from dtao_properties.laws.neurons import epochs
from dtao_properties.laws.renaming import Relabelling
from dtao_properties.model.amounts import DYNAMIC
from dtao_properties.model.audit import audit
from dtao_properties.model.blocks import is_due
from dtao_properties.model.calls.networks import IN_LIMIT
from dtao_properties.model.stake import DECIMAL_SINCE
from dtao_properties.model.step import Step
from dtao_properties.model.storage_model import NETUID_AT, subnet_of
from dtao_properties.model.weighted import WEIGHTS_SINCE

REVERSED = 2**40
"""Accounts are renamed to what they lack of this: in reverse order, so that what goes by their order shows."""
NOBODY = 0
"""The account that stands for none keeps its number."""


SAMPLE = 4
"""Of so many steps one is done again under other numbers, because that takes longer than all the rest."""


def sampled(step: Step) -> bool:
    """Whether a step is one of the sample: by what it is and when, so that it is always the same ones."""
    return crc32(f"{step.before.block_number} {step.request}".encode()) % SAMPLE == 0


def _mirrored(account: int) -> int:
    return account if account == NOBODY or account >= REVERSED else REVERSED - account


FAMILY = ("ParentKeys/", "ChildKeys/")


def _unordered(flat: Mapping[str, Json]) -> dict[str, Json]:
    """Return a flat state in which parents and children have no order, nor the chain's positions numbers.

    The former follow accounts or their hashes, the latter the order in which pools are traded first.
    """
    return {
        _unnumbered(entry): sorted(value) if entry.startswith(FAMILY) and value is not None else value
        for entry, value in flat.items()
    }


def _unnumbered(entry: str) -> str:
    item, *keys = entry.split("/")
    is_of_chain = item == "Positions" and keys[1] == str(PROTOCOL_ACCOUNT)
    return f"{item}/{keys[0]}/{keys[1]}" if is_of_chain else entry


@invariant(
    "accounts have no rank",
    "With other account numbers, in another order, everything is the same under the other numbers: what a call does,"
    " what it tells, why it is refused, what a block pays. Only the order of a child's parents, that of events, and who"
    " gets the rao that are left when the pool of a removed subnet is divided, follow the accounts; from 401 on the"
    " last digits of shares that follow a swapped hotkey too.",
    "STATE-6", "DIV-9", "CHILD-1", "KEY-3", "KEY-8", "REG-5",
)  # fmt: skip
def _accounts(step: Step) -> Iterator[str]:
    if step.do not in ("call", "blocks") or not sampled(step):
        return
    if step.before.senate or _hangs_on_zeros(step):
        return  # the seats of the senate are not in the flat form, nor are zeros that are stored
    if _divides_pool(step):
        return  # who of those that share it gets the rao that are left of the division
    if step.name in ("swap_hotkey", "swap_hotkey_v2") and step.era.spec_version >= DECIMAL_SINCE:
        return  # one holder's stake after the other's leaves the old hotkey, and each is rounded
    if step.is_block and step.before.num_staking_coldkeys != step.after.num_staking_coldkeys:
        return  # stakers of root are found in the order of the hashes of their accounts
    if step.name == "announce_coldkey_swap" or step.before.coldkey_swap_announcements:
        return  # what is announced is the hash of an account
    author = step.before.block_author  # which is not in the flat form

    def renamed(account: int) -> int:
        return account if account == author else _mirrored(account)

    yield from _renamed(step, Relabelling(step.era.runtime.items.by_name, renamed))


@invariant(
    "subnets have no rank",
    "With the numbers of two subnets exchanged, everything is the same under the other numbers, but for the order of"
    " events and the blocks in which an epoch is due or records of swaps are cleared; so in the blocks in which that"
    " makes no difference, epochs too. Of what is claimed of two subnets the first sale is root stake in the second;"
    " and of subnets that are alike the first by number is pruned.",
    "STAKE-16", "STAKE-17", "BLOCK-3", "EMIT-1", "STATE-5",
)  # fmt: skip
def _subnets(step: Step) -> Iterator[str]:
    before = step.before
    known = sorted(netuid for netuid, subnet in before.subnets.items() if subnet.added and netuid)
    if len(known) < 2 or step.do not in ("call", "blocks") or before.senate or not sampled(step):
        return
    if _hangs_on_zeros(step) or subnet_of(step.signer or 0) is not None:
        return  # nobody can sign for the account of a subnet, least of all one that is pruned meanwhile
    if _claims_of_two(step) or _prunes(step):
        return
    pairs = ((one, other) for one in known for other in reversed(known) if one < other)
    one, other = next((pair for pair in pairs if _due_alike(step, *pair)), (NetUid(0), NetUid(0)))
    if not one:
        return
    exchanged = {one: other, other: one}
    if step.name in ("unstake_all", "unstake_all_alpha", "dissolve_network"):
        signer = step.signer
        if signer is None or before.balances.get(signer, 0) == 0:  # type: ignore[call-overload]
            return  # the order decides which payment is too small for an account to exist
        found = audit(step)
        if found is not None and None in found.model.saturated:
            return  # the order decides when TotalStake is empty

    def renamed(netuid: int) -> int:
        return exchanged.get(NetUid(netuid), netuid)

    def account(number: int) -> int:
        own = subnet_of(number)
        return number if own is None else number + (renamed(own) - own << NETUID_AT)

    yield from _renamed(step, Relabelling(step.era.runtime.items.by_name, account, renamed))


def _due_alike(step: Step, one: NetUid, other: NetUid) -> bool:
    """Whether the epochs of two subnets are due in the same blocks if they exchange their numbers."""
    if step.do != "blocks":
        return True
    present = step.before.block_number
    if _clears_records(step, one, other):
        return False
    if step.era.spec_version >= WEIGHTS_SINCE:
        return len(epochs(step)) < step.before.parameters.max_epochs_per_block  # else the order says whose epochs wait
    blocks = range(present + 1, present + 1 + step.request["n"])
    tempos = [step.before.subnet(netuid).hyperparameters.tempo for netuid in (one, other)]
    return all(is_due(one, tempo, block) == is_due(other, tempo, block) for tempo in tempos for block in blocks)


def _clears_records(step: Step, one: NetUid, other: NetUid) -> bool:
    """Whether a block clears records of swaps on one of the two subnets, whose turn it is by its number (KEY-12)."""
    if not step.before.last_hotkey_swap_on_netuid:
        return False
    interval, present = step.before.runtime.constants.hotkey_swap_on_subnet_interval, step.before.block_number
    blocks = range(present + 1, present + 1 + step.request["n"])
    return any((block - netuid) % interval == 0 for netuid in (one, other) for block in blocks)


def _divides_pool(step: Step) -> bool:
    """Whether a subnet is removed of which those who hold its alpha get the TAO."""
    return step.era.spec_version >= IN_LIMIT and any(event[0] == "NetworkRemoved" for event in step.events)


def _prunes(step: Step) -> bool:
    """Whether a subnet makes room for a new one: from 320 on, and its pool is divided."""
    return step.name == "register_network" and _divides_pool(step)


def _claims_of_two(step: Step) -> bool:
    """Whether a coldkey claims from one hotkey what it is owed of two subnets or more: the order is that of numbers."""
    if step.do != "blocks" and step.name != "claim_root":
        return False
    claimed = [key[2:] for key in step.changed if key[0] == "RootClaimed"]
    return len(claimed) > len(set(claimed))


def _hangs_on_zeros(step: Step) -> bool:
    """Whether a call depends on stored zeros, which the flat form does not list.

    Until 273 a swap does on whether an epoch noted that the hotkey had no stake; a dissolution on totals of 0.
    """
    if step.name in ("dissolve_network", "root_dissolve_network"):
        pools = step.before.subnet(NetUid(step.argument("netuid"))).share_pools
        return any(pool.is_zero_stored for pool in pools.values())
    if step.name != "swap_hotkey":
        return False
    hotkey = AccountId(step.argument("hotkey"))
    return any(subnet.total_hotkey_alpha_last_epoch.get(hotkey) == 0 for subnet in step.before.subnets.values())


ROUNDED_UP = 1
"""The rest of a reserve is floored to 2^-18, so that a payout just below a whole number is that number.

The larger payout, as far below a thousand times it, may then be one less.
"""


def rounded_off(scale: int) -> int:
    """Return the least excess of the larger payout over the smaller one as often that is too much: one as often."""
    return scale


KEPT = "KeepSubnets "
"""How the event of a claim type begins that names subnets."""
LAST_WRITTEN = frozenset({"BlockEmission"})
"""What the last subnet in the order of iteration decides."""
BY_NUMBER = {"register_network": ("LastEpochBlock",)}
"""What a call makes depend on the number of a subnet: when the epochs of a new one begin."""


def _renamed_event(era: dtao.Era, names: Relabelling, event: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return an event of an era under other names; a list among its fields is that of children."""
    name, *values = event
    kinds = (field.type for field in fields(era.runtime.events[name]))
    return (name, *(_renamed_field(names, *one) for one in zip(kinds, values, strict=True)))


def _renamed_field(names: Relabelling, kind: object, value: Json) -> Json:
    if isinstance(value, list):
        return [[part, str(names.account(int(account)))] for part, account in value]
    if str(value).startswith(KEPT):
        netuids = sorted(names.netuid(int(netuid)) for netuid in re.findall(r"\d+", value))
        return re.sub(r"\d.*\d|\d", ", ".join(map(str, netuids)), value)
    renamed: Mapping[object, Callable[[int], int]] = {AccountId: names.account, NetUid: names.netuid}
    return str(renamed[kind](int(value))) if kind in renamed else value


def _renamed(step: Step, names: Relabelling) -> Iterator[str]:
    era = step.era
    state = era.load(names.flat(step.flat_before), check=False)
    request = names.request(step.request) if step.do == "call" else step.request
    other = step.implementation.apply(state, request)
    if other.error != step.error:
        yield f"{step.error} becomes {other.error} under other numbers"
        return
    told, retold = (
        sorted(map(str, events))
        for events in ((_renamed_event(era, names, event) for event in step.events), other.events)
    )
    if told != retold:
        yield f"under other numbers the events are {retold}, not {told}"
    expected, found = _unordered(names.flat(step.flat_after)), _unordered(era.dump(other.after))
    if expected != found:
        entries = (entry for entry in {**expected, **found} if expected.get(entry) != found.get(entry))
        own = BY_NUMBER.get(step.name, ())
        differing = sorted(one for one in entries if one not in LAST_WRITTEN and one.partition("/")[0] not in own)
        if differing:
            first = differing[0]
            yield f"under other numbers {differing[:4]} differ: {found.get(first)}, not {expected.get(first)}"


@invariant(
    "pools have no unit",
    "In a pool with a thousand times the reserves a thousand times the amount brings a thousand times as much, and"
    " less than a thousand more, which was rounded off; or one less, where the smaller payout was rounded up.",
    "POOL-1", "POOL-2",
    until=282,
)  # fmt: skip
def _scaled(step: Step) -> Iterator[str]:
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
    small = step.implementation.query(step.before, read, {"netuid": netuid, "amount": str(amount)})
    large = step.implementation.query(scaled, read, {"netuid": netuid, "amount": str(amount * scale)})
    if small is None:
        return
    if large is None or not -ROUNDED_UP <= int(large) - int(small) * scale < rounded_off(scale):
        yield f"{amount} brings {small}, and {scale} times as much {large} in a pool of {scale} times the reserves"

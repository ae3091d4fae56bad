r"""Parameters.

What the rules take as given. A subnet's parameters are set by its owner or by the network's administrators (*root*, a
vote of the senate and the triumvirate); the network's own by root alone. The second column of values is what a newly
registered subnet starts with, where that differs. On mainnet many were set to other values; those are entries of its
state and not rules.

`SubnetMovingAlpha` decides how fast the moving price follows the price. At the default, 0.000003, half of the way to a
new price takes 231 047 blocks, 32 days.

[since 244] Root can change it, and mainnet is said to have run 0.0003: with that, half of the way takes 2 310 blocks, a
third of a day.

**The first block.** The upgrade that started Dynamic TAO ran a migration, once. It moved all stake to root, 1 share a
rao. It gave every subnet a pool of 1 TAO and 1 alpha, with no alpha outside, and for a moving price the TAO a block
that the subnet had last earned. What an owner had locked beyond 1 TAO went back to the owner; what was missing was
added to the total issuance. And it set `TaoWeight` to 18 % (3 320 413 933 267 719 290 parts of $2^{64} - 1$) and
`NetworkMinLockCost` to 1 TAO. The recorded vectors begin before that, with the values of the column *default*; so do
the examples of this document unless they name others.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from attrs import frozen

from dtao.params import BURN, RECYCLE
from dtao_spec.eras import covered, span
from dtao_spec.interface import UNITS
from dtao_spec.markdown import table
from dtao_spec.registry import LAUNCH

U16_PART, U64_PART, RAO = UNITS["of 2^16 - 1"], UNITS["of 2^64 - 1"], UNITS["TAO"]
BLOCKS, SWITCH, NONE = "blocks", "yes or no", "none"
ROOT, OWNER, UPGRADE = "root", "owner", "a runtime upgrade"
OWNER_OR_ROOT = "Where it says owner, root may change it too."
FOUNDER, BALANCE, LATE = "9", "1000000000000000", "1000000"
"""Who registers a subnet to see what it starts with, with what, and in which block: enough for it, and late enough."""

Since = tuple[tuple[int, str], ...]
"""What holds from each version on."""


@frozen
class Parameter:
    """Storage items that are set together: their unit, and who may set them from which version on."""

    items: tuple[str, ...]
    unit: str
    """What the items themselves do not say of it."""
    who: Since

    def who_at(self, spec_version: int) -> str:
        """Return who may set it in a version of the runtime."""
        return [who for since, who in self.who if since <= spec_version][-1]


def _set_by(who: str, *items: str, unit: str = "", later: Since = ()) -> Parameter:
    return Parameter(items, unit, ((LAUNCH, who), *later))


NETWORK = (
    _set_by(UPGRADE, "TaoWeight"),
    _set_by(ROOT, "SubnetOwnerCut"),
    _set_by(UPGRADE, "SubnetMovingAlpha", later=((244, ROOT),)),
    _set_by(ROOT, "StakeThreshold"),
    _set_by(ROOT, "NominatorMinRequiredStake", unit="as STAKE-6 says"),
    _set_by(ROOT, "MinDelegateTake", "MaxDelegateTake"),
    _set_by(ROOT, "MinChildkeyTake", "MaxChildkeyTake"),
    _set_by(ROOT, "PendingChildKeyCooldown", unit=BLOCKS),
    _set_by(ROOT, "StartCallDelay", unit=BLOCKS),
    _set_by(ROOT, "TaoFlowCutoff", unit="rao a block"),
    _set_by(ROOT, "FlowNormExponent", unit="none, a power"),
    _set_by(ROOT, "FlowEmaSmoothingFactor", unit="parts of $2^{63} - 1$"),
    _set_by(ROOT, "NetTaoFlowEnabled", unit=SWITCH),
    _set_by(UPGRADE, "UnlockRate", "MaturityRate", unit="blocks, time constants"),
    _set_by(UPGRADE, "TaoInRefundDeploymentBlock", unit="a block"),
    _set_by(ROOT, "NumRootClaim", unit="coldkeys a block"),
    _set_by(ROOT, "TxRateLimit", unit=BLOCKS),
    _set_by(ROOT, "TxDelegateTakeRateLimit", "TxChildkeyTakeRateLimit", unit=BLOCKS),
    _set_by(ROOT, "NetworkRateLimit", unit=BLOCKS),
    _set_by(ROOT, "NetworkImmunityPeriod", unit=BLOCKS),
    _set_by(ROOT, "NetworkMinLockCost"),
    _set_by(ROOT, "NetworkLockReductionInterval", unit=BLOCKS),
    _set_by(ROOT, "SubnetLimit", unit="subnets"),
    _set_by(ROOT, "MaxEpochsPerBlock", unit="subnets"),
    _set_by(ROOT, "NetworkRegistrationStartBlock", unit="a block"),
    _set_by(ROOT, "CKBurn"),
    _set_by(ROOT, "AdminFreezeWindow", unit="blocks; it bounds when an owner may set parameters"),
    _set_by(ROOT, "OwnerHyperparamRateLimit", unit="tempos between two changes of a parameter by the owner"),
    _set_by(ROOT, "CommitRevealWeightsVersion", unit="none; no rule here reads it"),
    _set_by(UPGRADE, "MinActivityCutoff", unit="blocks; the least `ActivityCutoff` that may be set"),
    _set_by(UPGRADE, "WeightsVersionKeyRateLimit", unit="tempos between two changes of `WeightsVersionKey`"),
    _set_by(ROOT, "ColdkeySwapAnnouncementDelay", "ColdkeySwapReannouncementDelay", unit=BLOCKS),
    _set_by(ROOT, "MaxMechanismCount", unit="mechanisms; the most that a subnet may be given"),
    _set_by(UPGRADE, "ColdkeySwapRescheduleDuration", unit="blocks; no rule here reads it"),
)
SUBNET = (
    _set_by(ROOT, "Tempo", unit="blocks between epochs, less one", later=((423, OWNER),)),
    _set_by(OWNER, "Kappa"),
    _set_by(OWNER, "Rho", unit="none; unused"),
    _set_by(OWNER, "ActivityCutoff", unit=BLOCKS),
    _set_by(OWNER, "ActivityCutoffFactorMilli", unit="thousandths of a tempo"),
    _set_by(OWNER, "ImmunityPeriod", unit=BLOCKS),
    _set_by(ROOT, "MaxAllowedUids", unit="neurons"),
    _set_by(ROOT, "MaxAllowedValidators", unit="neurons"),
    _set_by(OWNER, "MinAllowedWeights", unit="weights"),
    _set_by(OWNER, "MaxWeightsLimit"),
    _set_by(OWNER, "WeightsSetRateLimit", unit=BLOCKS, later=((247, ROOT),)),
    _set_by(OWNER, "WeightsVersionKey"),
    _set_by(OWNER, "CommitRevealWeightsEnabled", unit=SWITCH),
    _set_by(OWNER, "BondsMovingAverage", unit="millionths"),
    _set_by(OWNER, "BondsPenalty"),
    _set_by(UPGRADE, "BondsResetOn", unit="yes or no; no rule here reads it"),
    _set_by(OWNER, "LiquidAlphaOn", unit=SWITCH),
    _set_by(OWNER, "AlphaValues"),
    _set_by(ROOT, "AlphaSigmoidSteepness", unit="none, a factor"),
    _set_by(OWNER, "Yuma3On", unit=SWITCH),
    _set_by(ROOT, "EMAPriceHalvingBlocks", unit=BLOCKS),
    _set_by(ROOT, "AdjustmentInterval", unit=BLOCKS),
    _set_by(OWNER, "AdjustmentAlpha"),
    _set_by(ROOT, "TargetRegistrationsPerInterval", unit="registrations"),
    _set_by(ROOT, "MaxRegistrationsPerBlock", unit="registrations"),
    _set_by("by rule", "Burn"),
    _set_by(OWNER, "BurnHalfLife", unit=BLOCKS),
    _set_by(OWNER, "BurnIncreaseMult"),
    _set_by(ROOT, "MinBurn"),
    _set_by(OWNER, "MaxBurn", later=((273, ROOT),)),
    _set_by(OWNER, "Difficulty", later=((238, ROOT),)),
    _set_by(OWNER, "MinDifficulty", later=((238, ROOT),)),
    _set_by(OWNER, "MaxDifficulty"),
    _set_by(OWNER, "NetworkRegistrationAllowed", unit=SWITCH),
    _set_by(OWNER, "NetworkPowRegistrationAllowed", unit=SWITCH),
    _set_by(OWNER, "TransferToggle", unit=SWITCH),
    _set_by(OWNER, "FeeRate", unit=U16_PART),
    _set_by("owner; root alone switches it off", "EnabledUserLiquidity", unit=SWITCH),
    _set_by(UPGRADE, "SubnetMechanism", unit="0 stable, 1 dynamic"),
    _set_by(OWNER, "MechanismCountCurrent", unit="mechanisms"),
    _set_by(
        OWNER,
        "MechanismEmissionSplit",
        unit="u16-normalised fractions, one a mechanism; equal parts where there are none",
    ),
    _set_by(OWNER, "ImmuneOwnerUidsLimit", unit="neurons"),
    _set_by(ROOT, "MinNonImmuneUids", unit="neurons"),
    _set_by(OWNER, "RecycleOrBurn", unit="Recycle or Burn"),
    _set_by(OWNER, "OwnerCutEnabled", "OwnerCutAutoLockEnabled", unit=SWITCH),
    _set_by(ROOT, "SubnetEmissionEnabled", unit=SWITCH),
    _set_by(OWNER, "MinChildkeyTakePerSubnet"),
    _set_by(ROOT, "MinAllowedUids", unit="neurons; the fewest to which a subnet may be trimmed"),
)


@frozen
class Constant:
    """A number that only an upgrade of the runtime can change."""

    name: str
    value: str
    rules: tuple[str, ...]
    since: int = LAUNCH
    until: int | None = None

    def is_in(self, spec_version: int) -> bool:
        """Return whether a version of the runtime has it."""
        return self.since <= spec_version and (self.until is None or spec_version <= self.until)


CONSTANTS = (
    Constant("the supply of TAO, and of each alpha", "$21 \\cdot 10^{15}$", ("ISS-1",)),
    Constant("a block's emission before the first halving", "$10^9$", ("ISS-1",)),
    Constant("existential deposit", "500 rao", ("STATE-1",)),
    Constant("minimum stake", "500 000 rao", ("STAKE-11",), until=297),
    Constant("minimum stake", "2 000 000 rao", ("STAKE-11", "STAKE-14"), since=298),
    Constant("staking fee", "50 000 rao; half of it on each leg of a move", ("STAKE-9", "MOVE-6"), until=251),
    Constant("staking fee", "50 000 rao; leaving costs by another rule", ("STAKE-9", "STAKE-19"), since=252, until=282),
    Constant("least fee for leaving", "0.00005 of what leaves", ("STAKE-19",), since=257, until=282),
    Constant("minimum liquidity", "10 000 000", ("POOL-2",), until=282),
    Constant("least reserves of a first swap", "1 000 000", ("POOL-20",), since=283, until=422),
    Constant("least reserve that pays in a swap", "1 000 000", ("POOL-34",), since=423),
    Constant("least weight of a token in a pool", "1 %", ("POOL-35", "POOL-36"), since=423),
    Constant("most that enters a pool at once", "1 000 times its reserve", ("POOL-34", "STAKE-32"), since=424),
    Constant("tempos that an owner may set", "360 to 50 400 blocks", ("NET-15",), since=423),
    Constant("activity cutoffs that an owner may set", "1 to 50 tempos", ("NET-15",), since=423),
    Constant("least liquidity of a position", "1 000", ("POOL-25",), since=283, until=422),
    Constant("dust of shares", "less than 0.00001 of all shares", ("SHARE-9",), since=244, until=400),
    Constant("cost of a hotkey swap", "0.1 TAO", ("KEY-1",)),
    Constant("cost of a hotkey swap on one subnet", "0.001 TAO", ("KEY-10",), since=276),
    Constant("blocks between two hotkey swaps on one subnet", "36 000", ("KEY-10", "KEY-12"), since=276, until=390),
    Constant("blocks between two hotkey swaps on one subnet", "7 200", ("KEY-10", "KEY-12"), since=391),
    Constant("take of a new delegate", "11 796 of 65 535", ("REG-8", "DIV-11")),
    Constant("registrations an interval", "three times the target", ("REG-7",)),
    Constant("children of a hotkey", "5", ("CHILD-4",)),
    Constant("blocks between two calls of `set_children`", "150", ("CHILD-2",)),
    Constant("blocks for which children wait", "7 200", ("CHILD-2",), since=245, until=276),
    Constant("blocks before a subnet may be started", "50 400", ("NET-10",), since=257, until=370),
    Constant("seats of the senate", "12", ("STATE-12",), until=337),
)


def appendix(spec_version: int | None) -> str:
    """Return the tables of parameters and constants: of a version of the runtime, or of all."""
    network = table(_heads(("item", "unit", "default", "who may change it"), spec_version),
                    _rows(NETWORK, spec_version, starts=False))  # fmt: skip
    subnet = table(_heads(("item", "unit", "default", "a new subnet", "who may change it"), spec_version),
                   _rows(SUBNET, spec_version, starts=True))  # fmt: skip
    constants = table(_heads(("constant", "value", "rules"), spec_version), _constants(spec_version))
    return (
        f"**The network**\n\n{network}\n\n**A subnet**\n\n{subnet}\n\n{OWNER_OR_ROOT}\n\n**Constants**\n\n{constants}"
    )


def _heads(heads: tuple[str, ...], spec_version: int | None) -> tuple[str, ...]:
    return heads if spec_version is not None else (*heads, "since")


def _rows(parameters: tuple[Parameter, ...], spec_version: int | None, *, starts: bool) -> Iterator[tuple[str, ...]]:
    for one in parameters:
        for item in one.items:
            having = [era for era in covered() if item in era.runtime.items.by_name]
            kept = having[0].runtime.items.by_name[item].unit or NONE
            unit = UNITS.get(kept, kept)
            cells = {era.spec_version: _cells(era, item, unit, one, starts=starts) for era in having}
            if spec_version is None:
                ends = [era.last_spec_version for era in having]
                over_time = (_over_time(zip(ends, column, strict=True)) for column in zip(*cells.values(), strict=True))
                yield (f"`{item}`", one.unit or unit, *over_time, span(having.__contains__))
            elif spec_version in cells:
                yield (f"`{item}`", one.unit or unit, *cells[spec_version])


def _cells(era: Any, item: str, unit: str, parameter: Parameter, *, starts: bool) -> tuple[str, ...]:
    start = (of_new_subnet(era, item, unit),) if starts else ()
    return (default(era, item, unit), *start, parameter.who_at(era.spec_version))


def _over_time(values: Iterable[tuple[int, str]]) -> str:
    """Say a value with the ones before it, and until when they were."""
    known = list(values)
    newest = known[-1][1]
    before = {value: version for version, value in known if value != newest}
    said = (f"({value or 'as the default'} until {version})" for value, version in before.items())
    return " ".join(part for part in (newest, *said) if part)


def default(era: Any, item: str, unit: str) -> str:
    """Return what a parameter is in an era until somebody sets it."""
    one = era.runtime.items.by_name[item]
    stored = one.default if one.default is not None or one.presence else _genesis(era.name)[item]
    return shown(stored, unit)


def of_new_subnet(era: Any, item: str, unit: str) -> str:
    """Return what a parameter of a newly registered subnet is in an era; nothing where it is the default."""
    founded = _founded(era.name)
    return shown(founded[item], unit) if item in founded else ""


@cache
def _genesis(era: str) -> Mapping[str, Any]:
    import dtao

    return dtao.era(era).dump(dtao.era(era).genesis())


@cache
def _founded(name: str) -> Mapping[str, Any]:
    """Return the entries of a subnet that was just registered, by their items."""
    import dtao

    era = dtao.era(name)
    state = era.set(era.genesis(), "Balance", {"account": FOUNDER}, BALANCE)
    state = era.set(state, "BalancesTotalIssuance", {}, BALANCE)
    state = era.set(state, "BlockNumber", {}, LATE)
    outcome = era.apply(state, era.call("register_network", FOUNDER, {"hotkey": FOUNDER}))
    entries = era.diff(state, outcome.state)
    (netuid,) = (entry.partition("/")[2] for entry in entries if entry.startswith("NetworksAdded/"))
    return {entry.removesuffix(f"/{netuid}"): value for entry, value in entries.items() if entry.endswith(f"/{netuid}")}


def shown(value: object, unit: str) -> str:
    """Say a value for readers: numbers with their digits in groups, fractions also as percentages or decimals."""
    if isinstance(value, tuple | list):
        return " and ".join(shown(one, unit) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if value in (BURN, RECYCLE):
        return str(value)
    number = int(str(value))
    grouped = f"{number:,}".replace(",", " ")
    if number == 2**64 - 1:
        return "$2^{64} - 1$"
    if number == (2**64 - 1) // 4:
        return r"$\lfloor (2^{64} - 1) / 4 \rfloor$"
    if unit == U64_PART and number:
        return f"{grouped} ({number / (2**64 - 1):.2%})".replace("%", " %")
    if unit == U16_PART and number not in (0, 65_535):
        return f"{grouped} ({number / 65_535:.1%})".replace("%", " %")
    if unit == "I96F32":
        return f"{grouped} bits ({number / 2**32:.6f})"
    if unit == RAO and number >= 10**5:
        return f"{number / 10**9:g} TAO"
    return grouped


def _constants(spec_version: int | None) -> Iterator[tuple[str, ...]]:
    for one in CONSTANTS:
        rules = ", ".join(f"[{rule}](#{rule.lower()})" for rule in one.rules)
        row = (one.name, one.value, rules)
        if spec_version is None:
            yield (*row, _span_of(one))
        elif one.is_in(spec_version):
            yield row


def _span_of(constant: Constant) -> str:
    return span(lambda era: constant.is_in(era.spec_version))

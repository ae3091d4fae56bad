"""The ledger of recordings and walks from 320 on: every rao has a place or a name, whoever claims or dissolves.

Nor does any step change what is not in its write set.

The first steps of each suite are followed, of the later versions those of the suites in which they differ; with
``--hypothesis-profile=deep`` all of all suites.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import islice

import pytest
from attrs import evolve, field, frozen

import dtao
from dtao_properties.laws import INVARIANTS, accounts, write_sets
from dtao_properties.laws import conservation as ledger
from dtao_properties.laws.leak_sizes import leaks_of, scenarios_of, steps_of
from dtao_properties.model.leaks import leaks_of_era
from dtao_properties.model.step import Step
from dtao_spec.chapters.accounts import account_of_subnet
from tests.depth import IS_DEEP, of_many
from tests.laws.corpus import moved
from tests.laws.later import walk

THEMES = (ledger.__name__, write_sets.__name__, accounts.__name__)
LAWS = [one for one in INVARIANTS if one.check.__module__ in THEMES]
SIZED = (320, 338, 342, 401, 411, 425)
"""The versions of which all suites are followed."""
LATER = tuple(era.spec_version for era in dtao.ERAS if era.spec_version > SIZED[0] and era.spec_version not in SIZED)
FEW = ("locks", "phases", "registration", "rootclaim")
"""The suites of the later versions."""
MOST = {True: 100, False: 50}
"""Steps of a suite that are followed, of the versions of which all suites are, and of others."""
SUITES = [
    (version, suite)
    for version in (*SIZED, *LATER)
    for suite in scenarios_of(dtao.era(version))
    if IS_DEEP or version in SIZED or suite in FEW
]
LARGEST: Mapping[int, Mapping[str, int]] = {
    320: {
        "burned alpha": 490_973_634_097, "burned owner incentive": 180_498_379_719,
        "changed positions": 10_141_666_088_885, "cut-off dividends": 103, "dust": 499,
        "fees of swaps": 525_990_491_580, "forgotten subnet": 2_001_990_900_642_983,
        "given from outside": 883_045_806_579, "left at a limit": 53_465_703_505_737, "lost fractions": 5,
        "pot without holders": 100_000_000_000, "refused sale": 1_196_139_697, "returned lock": 998_192_471_408,
        "subsidies": 999_958_014, "truncated increments": 9, "unassigned emission": 184_593_771_759,
        "uncounted liquidity": 152_933_760_285_841, "uncounted root dividends": 390_318_793_286_834,
        "unsold alpha": 818_314_163,
    },
    401: {
        "alpha set aside for root": 9_999_767_800, "burned alpha": 64_438_361_076,
        "burned owner incentive": 551_277_290_215, "claimed TAO in no pool": 2_252_482_499_887_242,
        "cut-off dividends": 640, "dust": 499, "fees of swaps": 26_353_351_337_445,
        "fees to authors": 26_353_351_337_445, "forgotten subnet": 1_501_998_901_748_758,
        "given from outside": 2_851_982_855_202, "left at a limit": 220_260_682_605_498, "lost fractions": 10,
        "pot without holders": 100_000_000_000, "sold alpha to miners": 1_318_872_080_307, "truncated increments": 12,
        "unassigned emission": 174_053_599_480,
    },
    411: {
        "alpha set aside for root": 10_692_071_563, "burned alpha": 374_619_279_069,
        "burned owner incentive": 104_986_869_340, "cut-off dividends": 640, "dust": 499,
        "fees of swaps": 26_353_351_337_445, "forgotten subnet": 2_001_992_360_773_400,
        "given from outside": 2_851_982_855_202, "left at a limit": 220_260_682_605_498, "lost fractions": 10,
        "sold alpha to miners": 1_318_872_080_970, "truncated increments": 11, "unassigned emission": 282_999_999_717,
    },
    425: {
        "alpha set aside for root": 4_887_497_743, "burned alpha": 365_327_267_706,
        "burned owner incentive": 104_696_046_986, "cut-off dividends": 640, "dust": 499,
        "fees of swaps": 6_650_052_886_064, "forgotten subnet": 2_001_998_034_100_607,
        "given from outside": 2_851_982_855_202, "left at a limit": 2_562_937_383_082_193, "lost fractions": 13,
        "refused excess": 1_000_000_000, "sold alpha to miners": 1_318_872_080_970, "truncated increments": 11,
        "unassigned emission": 357_999_999_642,
    },
    338: {
        "alpha set aside for root": 10_665_527_064, "burned alpha": 85_098_796_819,
        "burned owner incentive": 180_498_379_719, "changed positions": 157_331_383_392_842,
        "claimed TAO in no pool": 473_737_128_438_819, "collected fees": 2_346_332_783, "cut-off dividends": 91,
        "dust": 499, "fees of swaps": 233_194_186_617, "forgotten subnet": 2_001_990_818_378_694,
        "left at a limit": 849_450_643_931_342, "lost fractions": 10, "pot without holders": 1_001_910_373_248,
        "subsidies": 999_952_469, "truncated increments": 8, "unassigned emission": 360_999_999_639,
        "uncounted liquidity": 392_934_489_405_703, "unsold alpha": 496_425_411,
    },
    342: {
        "alpha set aside for root": 43_619_241_145, "burned alpha": 85_098_796_819,
        "burned owner incentive": 180_498_379_899, "changed positions": 157_331_383_378_091,
        "claimed TAO in no pool": 178_519_801_287_975, "collected fees": 2_346_332_783, "cut-off dividends": 170,
        "dust": 499, "dust sweep": 449, "fees of swaps": 233_194_186_617, "forgotten subnet": 2_001_990_818_384_321,
        "given from outside": 953_049_625_648, "left at a limit": 849_450_643_931_342, "lost fractions": 8,
        "pot without holders": 1_001_910_373_248, "sold alpha to miners": 26_596_946_017, "truncated increments": 9,
        "unassigned emission": 361_000_000_000, "uncounted liquidity": 392_934_489_405_703,
    },
}  # fmt: skip
"""The leaks that all steps of the recordings show, and the most of each in one step, in rao or alpha rao."""


@frozen
class Followed:
    """What came of the steps of a suite."""

    violations: list[str] = field(factory=list)
    largest: Counter[str] = field(factory=Counter)


@cache
def followed(version: int, suite: str) -> Followed:
    found = Followed()
    for step in islice(steps_of(suite, dtao.era(version)), None if IS_DEEP else MOST[version in SIZED]):
        found.violations.extend(broken(step))
        for leak in leaks_of(step):
            if leak.place:
                found.largest[leak.name] = max(found.largest[leak.name], abs(leak.amount))
    return found


def broken(step: Step) -> list[str]:
    """Return how a step breaks the laws that are stated of its version."""
    return [sentence for law in LAWS if law.covers(step.era) for sentence in law.violations(step)]


WALKS = of_many(2, 200)


@pytest.mark.parametrize("version", [*SIZED, *LATER])
def test_every_rao_of_a_walk_is_on_the_ledger(version: int) -> None:
    steps = (step for number in range(version, version + WALKS) for step in walk(dtao.era(version), number))
    assert [sentence for step in steps for sentence in broken(step)] == []


@pytest.mark.parametrize(("version", "suite"), SUITES)
def test_every_rao_of_a_recorded_step_is_on_the_ledger(version: int, suite: str) -> None:
    assert followed(version, suite).violations == []


@pytest.mark.parametrize("version", SIZED)
def test_the_leaks_have_names_and_sizes(version: int) -> None:
    era = dtao.era(version)
    largest: Counter[str] = Counter()
    for suite in scenarios_of(era):
        largest |= followed(version, suite).largest
    assert LARGEST[version].keys() <= leaks_of_era(era).keys()
    assert largest == LARGEST[version] if IS_DEEP else largest <= Counter(LARGEST[version])


def a_step(version: int, suite: str, name: str) -> Step:
    """Return the first accepted step of a name."""
    return next(step for step in steps_of(suite, dtao.era(version)) if step.name == name and not step.error)


@pytest.mark.parametrize("version", [*SIZED, *LATER])
def test_a_rao_too_many_is_noticed(version: int) -> None:
    step = a_step(version, "market", "move_stake")
    wrong = moved(step, f"SubnetTAO/{step.argument('destination_netuid')}", 1)
    assert broken(wrong)
    assert broken(evolve(step, events=step.events[:-1]))


@pytest.mark.parametrize("version", [338, 371, 385, 425])
def test_what_a_call_has_nothing_to_do_with_is_noticed(version: int) -> None:
    step = a_step(version, "rootclaim", "claim_root")
    (law,) = (one for one in LAWS if one.check.__module__ == write_sets.__name__)
    for entry in ("NumRootClaim", "RootClaimed/1/77/88", "SubnetTaoFlow/1"):
        assert law.violations(moved(step, entry, 1)) == [f"only what it may: claim_root changes {entry}"]


@pytest.mark.parametrize("entry", ["Balance/1003", "TotalStake", "TotalIssuance", "SubnetLocked/2", "SubnetAlphaOut/2"])
def test_a_rao_too_many_of_a_dissolution_is_noticed(entry: str) -> None:
    step = a_step(320, "registration", "root_dissolve_network")
    assert broken(moved(step, entry, 1))


def claims(step: Step) -> set[str]:
    """Return what counts as claimed of what the step changes."""
    return {entry for entry in step.diff if entry.startswith("RootClaimed/")}


@pytest.mark.parametrize(
    "item", ["RootClaimed", "TotalStake", "SubnetTAO/0", "SubnetTaoFlow/1", "PendingRootAlphaDivs/1"]
)
def test_a_rao_too_many_of_a_claim_is_noticed(item: str) -> None:
    step = next(one for one in steps_of("rootclaim", dtao.era(342)) if one.name == "claim_root" and claims(one))
    entry = min(claims(step)) if item == "RootClaimed" else item
    assert broken(moved(step, entry, 1))


def test_a_rao_too_many_of_a_purchase_is_noticed() -> None:
    """Of a block that buys alpha with excess TAO: what it issues, what joins the pool, and what is set aside."""

    def gets_and_buys(step: Step) -> bool:
        got = sum(int(emission.tao_in) for emission in step.after.emissions.values())
        return step.is_block and 0 < got < step.after.total_issuance - step.before.total_issuance

    step = next(one for one in steps_of("emission", dtao.era(342)) if gets_and_buys(one))
    netuid = next(netuid for netuid, emission in step.after.emissions.items() if netuid and emission.tao_in)
    for entry in ("TotalIssuance", f"SubnetTAO/{netuid}", f"PendingEmission/{netuid}", f"SubnetTaoInEmission/{netuid}"):
        assert broken(moved(step, entry, 1)), entry


def is_noticed(step: Step, entry: str) -> bool:
    """Whether a law breaks if an entry has one more after the step."""
    return broken(moved(step, entry, 1)) != []


def test_a_rao_too_many_of_a_block_that_mints_is_noticed() -> None:
    """Of one that buys for the protocol: on the account of the subnet, and among what is recorded and counted."""

    def buys(step: Step) -> bool:
        return step.is_block and any(emission.excess_tao for emission in step.after.emissions.values())

    step = next(one for one in steps_of("emission", dtao.era(425)) if buys(one))
    netuid = next(netuid for netuid, emission in step.after.emissions.items() if emission.excess_tao)
    recorded = ("SubnetExcessTao", "SubnetProtocolAlpha", "SubnetProtocolFlow", "TotalAlphaIssuance")
    account = int.from_bytes(account_of_subnet(netuid), "little")
    for entry in (f"Balance/{account}", "BalancesTotalIssuance", *(f"{item}/{netuid}" for item in recorded)):
        assert is_noticed(step, entry), entry


@pytest.mark.parametrize("entry", ["SubnetRootSellTao/{}", "SubnetTAO/0", "TotalStake", "SubnetProtocolFlow/{}"])
def test_a_rao_too_many_of_a_claim_that_root_is_paid_is_noticed(entry: str) -> None:
    """Of one that a block makes for a coldkey."""

    def sold(step: Step) -> list[int]:
        return [netuid for netuid, emission in step.after.emissions.items() if emission.root_sell_tao]

    step = next(one for one in steps_of("rootclaim", dtao.era(411)) if one.is_block and sold(one))
    assert is_noticed(step, entry.format(sold(step)[0]))


def test_a_rao_too_many_of_what_is_given_up_is_noticed() -> None:
    step = next(one for one in steps_of("hyper", dtao.era(411)) if one.name == "add_stake_burn" and not one.error)
    assert is_noticed(step, f"AlphaBurned/{step.argument('netuid')}")

"""The whole epoch, composed of the exact rules: near the reference where it is exact, and equal to it where rounded."""

from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve, frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dtao
from dtao.oracle import Era
from dtao.records import Row
from dtao.rules.epoch import EpochInput, epoch
from dtao.units import U16_MAX, Alpha, Bits, BlockNumber, Uid
from dtao_spec.chapters.bonds import ema, paid, yuma3
from dtao_spec.chapters.epoch import arithmetic, backing, consensus, emission
from dtao_spec.registry import Computation
from tests.depth import of_many
from tests.spec.test_bonds import QUARTER, liquid_error, near_overflow
from tests.spec.test_epoch import SETTINGS, STEP, near_a_tie

ERAS = [dtao.era(name) for name in ("launch", "dynamic-fees", "start-call", "unsigned-math", "yuma3")]


@frozen
class Computed:
    """What the exact rules make of the input of an epoch."""

    agreed: consensus.Agreement
    dividends: list[Fraction]
    shares: emission.EmissionShares
    stored: dict[int, dict[int, Fraction]]
    permits: list[bool]
    ranks: Fraction
    """The sum of all ranks."""
    active_stake: list[Fraction]
    weights: list[arithmetic.Row]


def computed_epoch(given: EpochInput, rules: Computation) -> Computed:
    """Return the epoch as the rules have it in their order."""
    permits, updated, registered = given.validator_permits, given.last_update, given.block_at_registration
    backed = [Fraction(bits, 2**64) for bits in given.stake]
    if "EPOCH-22" in rules:
        backed = rules["EPOCH-22"](backed, given.stake_threshold)
    stake = rules["EPOCH-12"](backed)
    active = rules["EPOCH-13"](updated, given.activity_cutoff, given.block_number)
    active_stake = rules["EPOCH-14"](stake, active, permits)
    rows = [{int(uid): weight for uid, weight in row} for row in given.weights]
    counted = rules["EPOCH-11"](rows, permits, updated, registered, given.owner_uid)
    weights = arithmetic.rows_normalised(counted, rules)
    agreed = rules["EPOCH-15"](weights, active_stake, arithmetic.setting(given.kappa, rules))
    new_permits = rules["EPOCH-5"](stake, given.max_allowed_validators)
    held = [{int(uid): bond for uid, bond in row} for row in given.bonds]
    held = rules["BOND-6"](held, updated, registered, given.block_number, given.tempo)
    penalty, average = arithmetic.setting(given.bonds_penalty, rules), given.bonds_moving_average
    if "BOND-13" in rules and given.yuma3_on:
        for_bonds = rules["BOND-3"](weights, agreed.clipped, penalty)
        old = yuma3.read_proportions(held, rules)
        bounds = arithmetic.setting(given.alpha_low, rules), arithmetic.setting(given.alpha_high, rules)
        liquid_alpha = yuma3.LiquidAlpha(*bounds, given.alpha_sigmoid_steepness) if given.liquid_alpha_on else None
        bonds = rules["BOND-14"](for_bonds, old, agreed.consensus, average, liquid_alpha)
        dividends = rules["BOND-13"](bonds, agreed.incentive, active_stake)
        stored = paid.stored_rows(bonds, new_permits, permits, rules)
    else:
        old = arithmetic.columns_normalised(held, rules)
        bonds = rules["BOND-7"](weights, agreed.clipped, active_stake, penalty, old, average)
        if "BOND-8" in rules:
            bounds = arithmetic.setting(given.alpha_low, rules), arithmetic.setting(given.alpha_high, rules)
            liquid = bounds if given.liquid_alpha_on else None
            bonds = rules["BOND-8"](bonds, old, agreed.consensus, rules["BOND-9"](average), liquid)
        dividends = rules["BOND-11"](bonds, agreed.incentive)
        stored = rules["BOND-12"](bonds, new_permits, permits)
    return Computed(
        agreed=agreed,
        dividends=dividends,
        shares=rules["EPOCH-16"](agreed.incentive, dividends, stake, active_stake),
        stored=stored,
        permits=new_permits,
        ranks=sum(rules["EPOCH-9"](agreed.clipped, active_stake), Fraction(0)),
        active_stake=active_stake,
        weights=weights,
    )


RAO_OF_STAKE = st.integers(10**11, 10**12)
EMISSION = 2**63


@st.composite
def networks(draw: st.DrawFn) -> EpochInput:
    n = draw(st.integers(1, 8))
    numbers = st.sampled_from([0, 1, U16_MAX]) | st.integers(0, 9) | st.integers(0, U16_MAX)
    row = st.dictionaries(st.integers(0, n - 1).map(Uid), numbers, max_size=n).map(
        lambda row: tuple(sorted(row.items()))
    )

    def one_each(elements: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(elements, min_size=n, max_size=n))

    def rows() -> list[Row]:
        return draw(st.lists(row, min_size=n, max_size=n))

    return EpochInput(
        n=n,
        block_number=BlockNumber(100),
        activity_cutoff=draw(st.sampled_from([20, 1_000])),
        last_update=list(map(BlockNumber, one_each(st.integers(70, 100)))),
        block_at_registration=list(map(BlockNumber, one_each(st.sampled_from([0, 0, 80])))),
        stake=[Bits(amount << 64) for amount in one_each(RAO_OF_STAKE)],
        validator_permits=draw(st.lists(st.sampled_from([True, True, False]), min_size=n, max_size=n)),
        max_allowed_validators=draw(st.integers(0, 9)),
        weights=rows(),
        bonds=rows(),
        kappa=draw(st.just(32_767) | SETTINGS),
        bonds_penalty=draw(SETTINGS),
        bonds_moving_average=draw(st.sampled_from([900_000, 975_000]) | st.integers(1, 999_000)),
        liquid_alpha_on=draw(st.booleans()),
        alpha_low=draw(st.just(45_875) | st.integers(6_554, 52_427)),
        alpha_high=draw(st.just(58_982) | st.integers(52_428, 58_982)),
        emission=Alpha(EMISSION),
        tempo=draw(st.integers(15, 25)),
        stake_threshold=draw(st.sampled_from([0, 3 * 10**11])),
        owner_uid=draw(st.none() | st.integers(0, n - 1).map(Uid)),
        yuma3_on=draw(st.booleans()),
        alpha_sigmoid_steepness=draw(st.sampled_from([0, 10, 1_000, U16_MAX])),
    )


@given(networks())
@settings(max_examples=of_many(100, 1_000))
def test_the_whole_epoch_is_near_the_exact_one(network: EpochInput) -> None:
    network = evolve(network, owner_uid=None)
    ideal = computed_epoch(network, Computation(233))
    majority = Fraction(network.kappa, U16_MAX)
    assume(not near_a_tie(ideal.weights, ideal.active_stake, majority, Fraction(1, 10**6)))
    pace = ema.fixed_alpha(network.bonds_moving_average)
    slack = Fraction(0)
    if network.liquid_alpha_on and ema.quantile(ideal.agreed.consensus, 3 * QUARTER):
        low, high = Fraction(network.alpha_low, U16_MAX), Fraction(network.alpha_high, U16_MAX)
        error = liquid_error(ideal.agreed.consensus)
        assume(error is not None and not near_overflow(ideal.agreed.consensus, low, high))
        slack, pace = error or slack, min(low, 1 - high)
    bound = slack + network.n * STEP / (min(pace, 1 - pace) * (ideal.ranks or 1))
    found = epoch(network)
    # EPOCH-5: what differs by less than a step may count as equal.
    stakes = sorted(backing.stake_shares([Fraction(bits) for bits in network.stake]))
    if not any(0 < b - a < STEP for a, b in pairwise(stakes)):
        assert list(found.validator_permits) == ideal.permits
    for parts, shares in (
        (found.server_emission, ideal.shares.server),
        (found.validator_emission, ideal.shares.validator),
        (found.emission, ideal.shares.combined),
    ):
        assert all(abs(Fraction(a, EMISSION) - b) <= bound for a, b in zip(parts, shares, strict=True))
    for stored, shares in ((found.incentive, ideal.agreed.incentive), (found.dividends, ideal.dividends)):
        for a, b in zip(stored, shares, strict=True):
            assert -2 * bound * U16_MAX <= arithmetic.parts_of_65535(b) - a < 1 + 2 * bound * U16_MAX


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@given(networks())
@settings(max_examples=of_many(15, 100))  # for each era
def test_the_whole_epoch_rounded_is_that_of_the_chain(era: Era, network: EpochInput) -> None:
    rules = Computation(era.spec_version, True)
    of_era = network.owner_uid if era.spec_version >= 252 else None
    network = evolve(network, owner_uid=of_era)
    found, wanted = epoch(network, era.runtime.epoch), computed_epoch(network, rules)
    shares, parts = wanted.shares, rules["EPOCH-6"]
    for paid_parts, of in (
        (found.server_emission, shares.server),
        (found.validator_emission, shares.validator),
        (found.emission, shares.combined),
    ):
        assert list(paid_parts) == [rules["EPOCH-17"](Fraction(EMISSION), share) for share in of]
    for stored, numbers in (
        (found.rank, wanted.agreed.incentive),
        (found.trust, wanted.agreed.trust),
        (found.consensus, wanted.agreed.consensus),
        (found.incentive, wanted.agreed.incentive),
        (found.validator_trust, wanted.agreed.validator_trust),
        (found.dividends, wanted.dividends),
    ):
        assert list(stored) == [parts(number) for number in numbers]
    assert list(found.pruning_scores) == rules["EPOCH-7"](shares.combined)
    assert list(found.validator_permits) == wanted.permits
    assert {uid: dict(row) for uid, row in found.bonds.items()} == wanted.stored

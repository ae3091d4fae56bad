"""All that is proved, in the order of the table."""

from itertools import chain

from dtao_properties.proofs.contracts import economy, numbers
from dtao_properties.proofs.lemma import Statement
from dtao_properties.proofs.lemmas import (
    emission,
    issuance,
    limits,
    networks,
    pools,
    prices,
    series,
    shares,
    transcendental,
    weighted,
)
from dtao_properties.proofs.lemmas import numbers as fixed_point

STATEMENTS: dict[str, Statement] = {}
for one in chain[Statement](
    fixed_point.LEMMAS,
    transcendental.LEMMAS,
    series.LEMMAS,
    pools.LEMMAS,
    weighted.LEMMAS,
    limits.LEMMAS,
    prices.LEMMAS,
    shares.LEMMAS,
    issuance.LEMMAS,
    emission.LEMMAS,
    networks.LEMMAS,
    numbers.CONTRACTS,
    economy.CONTRACTS,
):
    STATEMENTS[one.id] = one

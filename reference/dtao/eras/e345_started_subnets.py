"""345: only subnets that were started take part in the emission."""

from dtao.eras import e343_servers_validators
from dtao.evolving import evolve
from dtao.oracle import Era
from dtao.rules import emission

before = e343_servers_validators.ERA.runtime

ERA = Era(
    name="started-only",
    last_spec_version=345,
    tag="v3.2.14-245",
    date="2025-11-10",
    summary=(
        "A subnet that was not started gets no TAO and emits no alpha, its average flow stays as it is, and its price"
        " does not count among all."
    ),
    genesis_block=60_000,
    new_chain=e343_servers_validators.ERA.new_chain,
    runtime=evolve(
        before,
        spec_version=345,
        emission=evolve(before.emission, is_eligible=emission.is_eligible_once_started),
    ),
)

"""Glossary.

The field's own terms, as this document uses them. Names of storage items are in `Code` and spelt as the runtime spells
them.
"""

from collections.abc import Collection

from attrs import frozen

from dtao_spec.markdown import table
from dtao_spec.registry import RULES, at


@frozen
class Term:
    """A term, what it means, and the rules or chapters that make it precise."""

    name: str
    meaning: str
    places: tuple[str, ...]
    """Rule ids, and names of chapters."""


TERMS = (
    Term("alpha", "the token of a subnet; each subnet has its own", ("chapter-pools", "ISS-1")),
    Term("alpha emission", "the alpha that a block creates for those who take part in a subnet", ("ISS-1", "EMIT-4")),
    Term("alpha outside", "$O$, all alpha of a subnet that is not in its pool (`SubnetAlphaOut`)", ("chapter-pools",)),
    Term("alpha rao", "the smallest unit of alpha, $10^{-9}$ of one", ("chapter-notation",)),
    Term("block", "12 seconds of the chain: the block step, then the calls", ("BLOCK-2",)),
    Term("bond", "a validator's claim on the incentive of a miner that it has weighed", ("BOND-7", "BOND-11")),
    Term("burn", "what a registration costs; the alpha that it buys ceases to exist", ("REG-1", "REG-7")),
    Term("burned TAO", "TAO that leaves the total issuance", ("STATE-4",)),
    Term(
        "childkey take",
        "the part of its dividends that a child keeps before its parents get theirs",
        ("CHILD-3", "DIV-4"),
    ),
    Term(
        "children, parents",
        "hotkeys that receive, and give, proportions of stake weight on a subnet",
        ("CHILD-2", "EPOCH-1"),
    ),
    Term("coinbase", "the part of the block step that creates TAO and alpha and hands them out", ("BLOCK-3",)),
    Term("coldkey", "an account that holds TAO and owns stake and hotkeys", ("chapter-state",)),
    Term(
        "consensus",
        "for each neuron, the highest weight that a majority of the active stake supports",
        ("EPOCH-8", "EPOCH-15"),
    ),
    Term("delegate", "a hotkey on which others may stake for a take", ("STATE-9", "REG-8")),
    Term(
        "dividends",
        "what validators earn, by their bonds, and share with those who stake on them",
        ("BOND-11", "DIV-9"),
    ),
    Term("drain", "the payment, at the end of a tempo, of all that waited", ("DIV-9",)),
    Term("dynamic", "of a subnet: with a pool that sets the price (mechanism 1)", ("POOL-3",)),
    Term("emission", "what a block creates, of TAO or of an alpha", ("ISS-1", "EMIT-1", "FLOW-3")),
    Term("epoch", "the computation that turns weights into shares of the emission", ("chapter-epoch", "BLOCK-1")),
    Term("existential deposit", "500 rao; an account with less does not exist", ("STATE-1",)),
    Term("hotkey", "an account that is registered on subnets, sets weights and is staked on", ("STATE-6",)),
    Term("immunity", "the blocks after its registration in which a neuron is pruned only if it must be", ("REG-5",)),
    Term("incentive", "what miners earn: shares of the ranks", ("EPOCH-15",)),
    Term("injection", "the TAO and the alpha that a block adds to a pool", ("EMIT-1", "EMIT-2", "EMIT-9", "EMIT-12")),
    Term("issuance", "all TAO, or all alpha of one subnet, that exists", ("ISS-1",)),
    Term("limit price", "the price per alpha beyond which a call is not to trade on average", ("POOL-5", "POOL-6")),
    Term(
        "liquid alpha",
        "an EMA rate of the bonds for each miner; it has nothing to do with the token",
        ("BOND-10", "BOND-15"),
    ),
    Term("lock cost", "what a new subnet costs", ("NET-2", "NET-7")),
    Term("miner", "a neuron that earns incentive", ("EPOCH-15",)),
    Term("moving price", "the slow average of a subnet's price that emission follows", ("PRICE-2",)),
    Term("netuid", "the number of a network; 0 is root", ("STATE-5", "NET-5")),
    Term("network", "root or a subnet", ("STATE-5",)),
    Term("neuron", "a hotkey with a uid on a subnet: a miner, a validator, or both", ("chapter-neurons",)),
    Term("nominator", "a coldkey that stakes on a hotkey which it does not own", ("STAKE-6",)),
    Term(
        "owner",
        "of a subnet, the coldkey that receives the owner cut; of a hotkey, its coldkey",
        ("EMIT-4", "STATE-6"),
    ),
    Term("owner cut", "18 % of the alpha emission", ("EMIT-4",)),
    Term("permit", "the right to set weights on others that the epoch gives to the largest stakes", ("EPOCH-5",)),
    Term("pool", "the TAO and the alpha against which a subnet's alpha is traded", ("chapter-pools",)),
    Term("price", "TAO per alpha", ("PRICE-1",)),
    Term("prune", "to give the uid of the neuron with the lowest score to a newcomer", ("REG-5", "REG-4")),
    Term("rank", "the sum of the clipped weights on a neuron, weighted by active stake", ("EPOCH-15",)),
    Term("rao", "the smallest unit of TAO, $10^{-9}$ of one", ("chapter-notation",)),
    Term("reserve", "the TAO, $T$, or the alpha, $A$, in a pool", ("POOL-1",)),
    Term("root", "network 0, where stake is held in TAO", ("REG-8", "EMIT-6")),
    Term("root dividends", "the TAO for which the subnets' alpha was sold for root", ("EMIT-7", "DIV-6")),
    Term("root origin", "the chain's government, which makes calls that nobody signs", ("NET-9", "KEY-2")),
    Term(
        "root proportion", "what root is due of a subnet: the weighted TAO on root over that and all alpha", ("EMIT-6",)
    ),
    Term("senate", "12 hotkeys with the most root stake, which vote", ("STATE-12",)),
    Term("share", "a part of all stake on a hotkey of a subnet; coldkeys own shares", ("SHARE-1",)),
    Term("slippage", "how far a trade is paid below the price before it", ("POOL-2",)),
    Term("stable", "of a subnet, and of root: where 1 alpha is always 1 TAO (mechanism 0)", ("POOL-3",)),
    Term("stake", "alpha, or on root TAO, that a coldkey holds on a hotkey", ("SHARE-2",)),
    Term(
        "stake weight",
        "what a hotkey's voice counts: its alpha, and its TAO on root times the TAO weight",
        ("EPOCH-2",),
    ),
    Term("subnet", "a network other than root, with an alpha and a pool", ("chapter-networks",)),
    Term("take", "the part of its stakers' dividends that the owner of a delegate keeps", ("DIV-7", "STATE-9")),
    Term("TAO", "the token of the chain", ("ISS-1",)),
    Term("TAO weight", "$\\tau$, what a rao on root weighs against an alpha rao", ("EMIT-5",)),
    Term("tempo", "the blocks from one epoch of a subnet to the next, less one", ("BLOCK-1",)),
    Term("trust", "the part of the weights on a neuron that the consensus left", ("EPOCH-15",)),
    Term("u16-normalised fraction", "a fraction of 1 that is stored as so many parts of 65 535", ("EPOCH-7",)),
    Term("uid", "the number of a neuron on its subnet", ("REG-3",)),
    Term("validator", "a neuron that sets weights on others and earns dividends", ("EPOCH-18", "EPOCH-5")),
    Term("weights", "what a validator gives other neurons; they count by their proportions", ("EPOCH-18", "EPOCH-11")),
)


def appendix(spec_version: int | None) -> str:
    """Return the table of terms; of one version of the runtime, with the rules that it has."""
    in_force = RULES.keys() if spec_version is None else at(spec_version).keys()
    rows = (row(term, in_force) for term in TERMS)
    return table(("term", "meaning", "see"), (one for one in rows if one[-1]))


def row(term: Term, rules: Collection[str]) -> tuple[str, str, str]:
    """Return the line of a term, with those of its places that there are."""
    anchor = "term-" + term.name.lower().replace(",", "").replace(" ", "-")
    there = [place for place in term.places if place.startswith("chapter-") or place in rules]
    places = ", ".join(f"[{place.removeprefix('chapter-')}](#{place.lower()})" for place in there)
    return (f'<a id="{anchor}"></a>{term.name}', term.meaning, places)

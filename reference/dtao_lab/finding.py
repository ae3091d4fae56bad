"""What a name of the runtime stands for: a call, an item, an internal function, an event, an error, a code of the pool.

A node refuses a transaction before it is in a block with "Custom error: N"; which error that is, the version says.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from dtao import ERAS, Era
from dtao_spec import contents
from dtao_spec.registry import RULES, sorted_rules
from dtao_spec.rejections import MEANINGS, named_by
from dtao_spec.render import marked_functions

STATED = contents.STATING
"""The modules that state the rules; importing them registers all."""
CODE = re.compile(r"(?:custom error:?\s*)([0-9]{1,3})", re.IGNORECASE)
POOL_CODES: Mapping[int, tuple[int, str, str | None]] = {
    0: (233, "ColdkeyInSwapSchedule", None),
    1: (233, "StakeAmountTooLow", "AmountTooLow"),
    2: (233, "BalanceTooLow", "NotEnoughBalanceToStake"),
    3: (233, "SubnetDoesntExist (SubnetNotExists from 320 on)", "SubnetNotExists"),
    4: (233, "HotkeyAccountDoesntExist", "HotKeyAccountNotExists"),
    5: (233, "NotEnoughStakeToWithdraw", "NotEnoughStakeToWithdraw"),
    6: (233, "RateLimitExceeded", None),
    7: (233, "InsufficientLiquidity", "InsufficientLiquidity"),
    8: (233, "SlippageTooHigh", "SlippageTooHigh"),
    9: (233, "TransferDisallowed", "TransferDisallowed"),
    10: (238, "HotKeyNotRegisteredInNetwork", None),
    11: (238, "InvalidIpAddress", None),
    12: (238, "ServingRateLimitExceeded", None),
    13: (238, "InvalidPort", None),
    14: (273, "ZeroMaxAmount", "ZeroMaxStakeAmount"),
    15: (301, "InvalidRevealRound", None),
    16: (302, "CommitNotFound", None),
    17: (302, "CommitBlockNotInRevealRange", None),
    18: (302, "InputLengthsUnequal", None),
    19: (323, "UidNotFound", None),
    20: (323, "EvmKeyAssociateRateLimitExceeded", None),
    21: (380, "ColdkeySwapDisputed", "ColdkeySwapDisputed"),
    22: (380, "InvalidRealAccount", None),
    23: (391, "FailedShieldedTxParsing", None),
    24: (391, "InvalidShieldedTxPubKeyHash", None),
    25: (411, "NonAssociatedColdKey", "NonAssociatedColdKey"),
    26: (411, "DelegateTakeTooLow", "DelegateTakeTooLow"),
    27: (411, "DelegateTakeTooHigh", "DelegateTakeTooHigh"),
    255: (233, "BadRequest", None),
}
"""Code -> the first version that has it, its name there, and the error of a call that it stands for, if one alone.

As the runtime's enum CustomTransactionError numbers them, read at every tag up to version 425.
"""


def found(term: str) -> list[str]:
    """Return lines that say what a name is, in whatever case it was typed, or the rules whose titles have all words.

    None if it is neither a name of the runtime nor in any title.
    """
    if (code := CODE.fullmatch(term.strip())) is not None:
        return list(_code(int(code[1])))
    return named(term) or _titled(term)


def named(term: str) -> list[str]:
    """Return lines that say what a name is, in whatever case it was typed; none if it is nothing of the runtime."""
    lines: list[str] = []
    kinds: tuple[tuple[str, Callable[[Era], Mapping[str, object]]], ...] = (
        ("a call", lambda era: era.runtime.calls),
        ("a storage item", lambda era: era.items()),
        ("an event", lambda era: era.runtime.events),
        ("an internal function that changes the state", lambda era: era.runtime.phases),
        ("an internal function that tells something", lambda era: era.runtime.reads),
    )
    for kind, table in kinds:
        having = [era for era in ERAS if term.lower() in map(str.lower, table(era))]
        if having:
            newest = table(having[-1])
            name = next(one for one in newest if one.lower() == term.lower())
            lines += [f"{name}: {kind}, {_span(having)}", *_described(kind, newest[name]), *_rules(kind, name, newest)]
    for name in MEANINGS:
        if name.lower() == term.lower():
            lines += [
                f"{name}: an error: {MEANINGS[name]}",
                *_listed([one.id for one in RULES.values() if name in named_by(one)]),
            ]
            lines += [f"  in the transaction pool: Custom error: {code}, from {since} on"
                      for code, (since, _, error) in POOL_CODES.items() if error == name]  # fmt: skip
    return lines


def _titled(term: str) -> list[str]:
    """Return the rules whose titles have all words of a term, in any order."""
    words = term.lower().split()
    named = [rule.id for rule in sorted_rules() if all(word in rule.title.lower() for word in words)]
    return [f"{term}: in the titles of these rules", *_listed(named)] if words and named else []


def _code(code: int) -> Iterator[str]:
    if code not in POOL_CODES:
        yield f"Custom error: {code}: the runtime has no such code up to version 425."
        return
    since, name, error = POOL_CODES[code]
    yield f"Custom error: {code}: {name}, from {since} on; a node refuses the transaction before it is in a block"
    if error is not None:
        yield from (f"  {line}" for line in named(error))


def _span(having: list[Era]) -> str:
    last = "" if having[-1] is ERAS[-1] else f" to {having[-1].last_spec_version}"
    return f"from {having[0].spec_version}{last or ' on'}"


def _described(kind: str, one: object) -> Iterator[str]:
    if kind == "a storage item":
        keys, unit, default = (getattr(one, name) for name in ("keys", "unit", "default"))
        yield f"  keys: {', '.join(keys) or 'none'}; default: {default}; unit: {unit or 'none'}"
    elif (arguments := getattr(one, "arguments", None)) is not None:
        yield f"  arguments: {', '.join(arguments) or 'none'}"
    elif kind == "a call":
        yield f"  {(one.__doc__ or '').partition(chr(10))[0]}"


def _rules(kind: str, name: str, table: Mapping[str, object]) -> Iterator[str]:
    """Yield the rules of a call, of an internal function or of what changes an item, then those whose text names it."""
    one = table[name]
    if hasattr(one, "arguments"):
        own = _of_function(name, getattr(one, "run", None))
    else:
        own = getattr(getattr(one, "apply", None), "rules", ()) if kind == "a call" else getattr(one, "written_by", ())
    text = re.compile(rf"`{re.escape(name)}`")
    naming = [
        rule.id for rule in RULES.values()
        if any(text.search(part) for version in rule.versions for part in version.fields.values())
    ]  # fmt: skip
    yield from _listed(list(dict.fromkeys((*own, *naming))))


def _of_function(name: str, run: object) -> tuple[str, ...]:
    """Return the rules of an internal function: its own, and those of the functions that mirror it."""
    mirrored = f"``{name}``"
    found = [rules for _, function, rules in marked_functions() if mirrored in (function.__doc__ or "")]
    return (*getattr(run, "rules", ()), *(rule for each in found for rule in each))


def _listed(rules: list[str]) -> Iterator[str]:
    yield from (f"  {rule}  {RULES[rule].title.rstrip('.')}" for rule in rules if rule in RULES)

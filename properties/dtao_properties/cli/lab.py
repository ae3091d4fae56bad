"""The commands of :mod:`dtao_lab`: what people ask the oracle."""

import json
from pathlib import Path
from typing import Annotated

import typer

import dtao
from dtao.errors import InputError
from dtao.presets import FIRST
from dtao_lab import Market, Order, market_of_file, market_of_reserves, market_of_state, parsed_amount, quote
from dtao_lab.amounts import parsed_price
from dtao_lab.convert import account
from dtao_lab.markets import with_entry
from dtao_lab.orders import SIDES
from dtao_lab.quote_text import as_json as quote_as_json
from dtao_lab.quote_text import lines as quote_lines
from dtao_lab.steps import order_step, recorded_step, require_step_name, step_named
from dtao_properties.cli.mistakes import mistakes_reported
from dtao_properties.cli.options import Vectors
from dtao_properties.conformance.recorded_state import RecordedState
from dtao_properties.conformance.selection import one_selected, vectors_of

Era = Annotated[
    str | None,
    typer.Option(
        metavar="ERA",
        help="The rules: an era's name, spec version or tag; by default that of the state, or the newest covered.",
    ),
]
Reserves = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TAO:ALPHA",
        help="The reserves of subnet 1, such as 1000:4000. Given again, those of subnet 2, and so on.",
    ),
]
StateFile = Annotated[
    Path | None,
    typer.Option(
        "--state", metavar="FILE", help="A JSON file of flat entries, as dtao import or era.dump writes them."
    ),
]
VectorId = Annotated[
    str | None, typer.Option("--vector", metavar="ID", help="A recorded vector: the state before its step --step.")
]
Step = Annotated[int, typer.Option(metavar="N", min=0, help="The step of --vector, counted from 0.")]
Entry = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="ENTRY=VALUE", help="Write an entry first, such as FeeRate/1=33. Repeatable."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def market_of(
    era: str | None,
    reserves: list[str] | None,
    state: Path | None,
    vector: str | None,
    step: int,
    vectors: list[Path] | None,
    entries: list[str] | None,
) -> Market:
    """Return the market that the options name: exactly one of reserves, a state file and a vector."""
    if sum(bool(given) for given in (reserves, state, vector)) != 1:
        raise InputError(
            "a quote needs one state: --reserves TAO:ALPHA, --state FILE, or --vector ID. Give one of the three."
        )
    if vector is not None:
        market, _ = _recorded(vector, step, era, vectors)
    else:
        rules = None if era is None else dtao.era(era)
        if state is not None:
            market = market_of_file(rules, state)
        else:
            market = market_of_reserves(rules or dtao.ERAS[-1], [_reserves(pair) for pair in reserves or ()])
    for entry in entries or ():
        market = with_entry(market, entry)
    return market


def _reserves(text: str) -> tuple[int, int]:
    tao, colon, alpha = text.partition(":")
    if not colon:
        raise InputError(f"--reserves {text[:50]}: write the TAO and the alpha of the pool, such as 1000:4000.")
    return parsed_amount(tao, "--reserves (TAO)"), parsed_amount(alpha, "--reserves (alpha)")


def _recorded(
    identifier: str, step: int, era: str | None, vectors: list[Path] | None, *, is_explained: bool = False
) -> tuple[Market, dict[str, object] | None]:
    """Return the state before a step of a recorded vector, and the step; None at the end."""
    choice = one_selected(identifier, vectors or (), era)
    header = choice.header
    if header.runner == "kernel":
        raise InputError(f"--vector {identifier}: a kernel has no state. Name a vector of a scenario.")
    (vector,) = vectors_of(choice)
    steps = vector.body["steps"]
    if step > len(steps):
        raise InputError(f"--step {step}: the vector has {len(steps)} steps. Give 0 to {len(steps)}.")
    recorded = RecordedState(header.genesis, steps)
    if is_explained and step < len(steps) and steps[step]["do"] == "set":
        later = [number for number in range(step, len(steps)) if steps[number]["do"] != "set"]
        raise InputError(
            f"--step {step}: it writes {steps[step]['item']}, and no rule takes part in that. Name another one"
            + (f": --step {later[0]} is the next." if later else ": `dtao show` lists them.")
        )
    market = market_of_state(dtao.era(header.spec_version), recorded.before(step))
    return market, steps[step] if step < len(steps) else None


def quote_command(
    side: Annotated[str, typer.Argument(metavar="buy|sell|move", help="buy spends TAO; sell and move spend alpha.")],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="10, 10.5, 10.5TAO or 10500000000rao.")],
    era: Era = None,
    reserves: Reserves = None,
    state: StateFile = None,
    vector: VectorId = None,
    step: Step = 0,
    vectors: Vectors = None,
    entries: Entry = None,
    netuid: Annotated[int, typer.Option(metavar="N", help="The subnet; of a move, where it begins.")] = FIRST,
    to: Annotated[
        int | None, typer.Option("--to", metavar="N", help="Where a move goes; by default the subnet after --netuid.")
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option(metavar="PRICE", help="The price that it may reach, TAO per alpha; of a move, the ratio of both."),
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="What the limit allows will do.")] = False,
    hotkey: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="The hotkey of the stake, in SS58, hex or decimal; by default a new one."),
    ] = None,
    coldkey: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Who orders; by default a new account that has enough.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what an order would pay, to the rao: fee, amount, prices, or the error with which the chain refuses it.

    The order is placed as a call of the runtime on the state, so the answer is that of the chain under these rules.
    An amount is TAO for buy and alpha for sell and move. "accepted from … to" are the least and the largest amount
    that the chain would accept of the same order. Exit code 2: what was asked for cannot be.

    \b
    Examples:
      dtao quote buy 10 --reserves 1000:4000
      dtao quote buy 10 --reserves 1000:4000 --era 233
      dtao quote sell 2.5 --reserves 1000:4000 --era v3.2.3 --json
      dtao quote buy 10 --reserves 1000:4000 --limit 0.251 --partial
      dtao quote move 10 --reserves 1000:4000 --reserves 500:1000
      dtao quote buy 1TAO --vector pool/p000 --step 12 --netuid 2
      dtao quote sell 500000000rao --state state.json --netuid 7 --era 277
      dtao quote buy 10 --reserves 1000:4000 --set FeeRate/1=655
    """
    with mistakes_reported():
        if side not in SIDES:
            raise InputError(f"{side[:50]}: an order is to buy, sell or move. Write one of the three.")
        market = market_of(era, reserves, state, vector, step, vectors, entries)
        order = Order(
            side, parsed_amount(amount), netuid, netuid + 1 if side == "move" and to is None else to,
            None if limit is None else parsed_price(limit), partial,
            None if hotkey is None else account(hotkey, "--hotkey"),
            None if coldkey is None else account(coldkey, "--coldkey"),
        )  # fmt: skip
        found = quote(market, order)
        if as_json:
            typer.echo(json.dumps(quote_as_json(found), indent=2))
        else:
            for line in quote_lines(found):
                typer.echo(line)


def follow_command(
    era: Era = None,
    reserves: Reserves = None,
    state: StateFile = None,
    vector: VectorId = None,
    step: Step = 0,
    vectors: Vectors = None,
    entries: Entry = None,
    netuid: Annotated[int, typer.Option(metavar="N", help="The subnet whose alpha is followed.")] = FIRST,
    blocks: Annotated[
        int, typer.Option(metavar="N", min=1, max=1_000_000, help="So many blocks; a tempo of 360 has one payment.")
    ] = 1,
    as_json: Json = False,
) -> None:
    """Follow the TAO of a block, and the alpha of a subnet: into pools, to owner, miners, validators, root, or nobody.

    Each line is what one kind of holding gained while the reference computed the blocks; together they are all that was
    issued, to the rao. What is in none of them was rounded off, or is nobody's: below 0 if more was paid than there
    was. Without a state, it is that of eight subnets, each with an owner, a validator and a miner, after a day.
    Exit code 2: what was asked for cannot be.

    \b
    Examples:
      dtao follow
      dtao follow --era 342 --blocks 360
      dtao follow --state state.json --netuid 7
      dtao follow --vector 425/scenario/pool/p000 --step 12 --netuid 2 --json
    """
    from dtao_lab import flows

    with mistakes_reported():
        market = _market_or_ready(era, reserves, state, vector, step, vectors, entries)
        found = flows.followed(market, netuid, blocks)
        if as_json:
            typer.echo(json.dumps(flows.as_json(found), indent=2))
        else:
            for line in flows.lines(found):
                typer.echo(line)


def _market_or_ready(
    era: str | None,
    reserves: list[str] | None,
    state: Path | None,
    vector: str | None,
    step: int,
    vectors: list[Path] | None,
    entries: list[str] | None,
) -> Market:
    """Return the market that the options name, or where they name none that in which all who take part do."""
    from dtao_lab import flows

    if reserves or state or vector:
        market = market_of(era, reserves, state, vector, step, vectors, entries)
        if market.imported is not None:
            only = ", ".join(map(str, market.imported))
            typer.echo(
                f"dtao: note: the state has only subnet {only}, which gets what a block gives to others. Import all "
                "subnets for a block as on the chain.",
                err=True,
            )
        return market
    market = flows.ready_market(dtao.ERAS[-1] if era is None else dtao.era(era))
    for entry in entries or ():
        market = with_entry(market, entry)
    return market


def explain_command(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="buy, sell or move: an order as of dtao quote. step: that of a recording. block: the next one. "
            "epoch, payout: those of a subnet.",
        ),
    ],
    amount: Annotated[str | None, typer.Argument(metavar="AMOUNT", help="Of an order: 10, 10.5 or 500rao.")] = None,
    era: Era = None,
    reserves: Reserves = None,
    state: StateFile = None,
    vector: VectorId = None,
    step: Step = 0,
    vectors: Vectors = None,
    entries: Entry = None,
    netuid: Annotated[int | None, typer.Option(metavar="N", help="The subnet: 1, but of a block all.")] = None,
    to: Annotated[int | None, typer.Option("--to", metavar="N", help="Where a move goes.")] = None,
    limit: Annotated[str | None, typer.Option(metavar="PRICE", help="As of dtao quote.")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="As of dtao quote.")] = False,
    uid: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Of lists over neurons, show that of this one alone.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this rule, or family: POOL-2, POOL, FIX.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The rules of fixed-point arithmetic too.")] = False,
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table with links.")] = False,
) -> None:
    """Show every rule that takes part in an order, a recorded step, a block, an epoch or a payout, in order.

    Each with its inputs, its result as it is stored and as a number and, where the inputs can be read as those of the
    rule in the specification, the exact value and by how much the chain's rounding differs from it. The rules are seen
    while the reference runs. What ran before to the letter is shown once. A block, an epoch and a payout without a
    state are those of eight subnets, each with an owner, a validator and a miner, after a day. Exit code 2: what was
    asked for cannot be.

    \b
    Examples:
      dtao explain buy 10 --reserves 1000:4000
      dtao explain buy 10 --reserves 1000:4000 --era launch --rule POOL
      dtao explain step --vector launch/scenario/pool/p000 --step 70
      dtao explain block --netuid 1 --rule EMIT --markdown
      dtao explain epoch --era 342 --netuid 1 --uid 2
      dtao explain epoch --state state.json --netuid 7 --uid 3 --json
      dtao explain payout --state state.json --netuid 7
    """
    from dtao_lab import explaining  # the chapters are loaded only where they are used

    with mistakes_reported():
        if as_json and as_markdown:
            raise InputError("--json and --markdown are two forms of the output. Choose one.")
        if rule is not None and rule.upper() not in explaining.known_rules():
            raise InputError(f"--rule {rule[:50]}: no rule and no family of rules. `dtao rules` lists them.")
        recorded = None
        if what == "step":
            if vector is None or amount is not None:
                raise InputError("explain step: name the recording with --vector ID and the step with --step N.")
            market, recorded = _recorded(vector, step, era, vectors, is_explained=True)
            if recorded is None:
                raise InputError(f"--step {step}: the vector ends before it. Give a lower one.")
            title, run = recorded_step(market, recorded)
        else:
            if (what in SIDES) != (amount is not None):
                raise InputError(f"explain {what[:30]}: an amount belongs to buy, sell and move, and to nothing else.")
            if what not in SIDES:
                require_step_name(what)
            of_orders = market_of if what in SIDES else _market_or_ready
            market = of_orders(era, reserves, state, vector, step, vectors, entries)
            if what in SIDES:
                first = FIRST if netuid is None else netuid
                title, run = order_step(market, Order(
                    what, parsed_amount(amount or ""), first, first + 1 if what == "move" and to is None else to,
                    None if limit is None else parsed_price(limit), partial,
                ))  # fmt: skip
            else:
                title, run = step_named(what, market, FIRST if netuid is None else netuid)
        about = netuid if what in ("step", "block") else None
        found = explaining.explained(
            market.era, title, run, rule=None if rule is None else rule.upper(), netuid=about, arithmetic=every
        )
        if as_json:
            typer.echo(json.dumps(explaining.as_json(found, uid), indent=2))
        else:
            for line in (explaining.markdown if as_markdown else explaining.lines)(found, uid):
                typer.echo(line)

"""The campaign's result as a Markdown table, and the place in FINDINGS.md that it is compared with."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby

from attrs import evolve, frozen
from examples.bittensor_sdk.campaign import MANNERS, Tally
from examples.bittensor_sdk.questions import Answer, Pool, Question

from dtao.errors import InputError
from dtao.rules.pool import RAO_PER_TAO

BEGIN = "<!-- judge-sdk: begin (written by make judge-sdk) -->"
END = "<!-- judge-sdk: end -->"
RECORDED_HEAD = "| version | recorded vectors | answers compared | passed | diverging |\n|---|--:|--:|--:|--:|\n"
HEAD = (
    "| asked | pools | version | judged | diverging | too high | too low | chain refuses | no answer "
    "| largest difference | small counterexamples |\n"
    "|---|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n"
)


@frozen
class Recorded:
    """What came of the recorded vectors at level quote; a vector ends at its first divergence."""

    vectors: int
    """Those with at least one answer that was compared."""
    passed: int
    answers: int


def rendered(vectors: Mapping[str, Recorded], tallies: Mapping[str, Sequence[Tally]]) -> str:
    """Return both tables: the recorded vectors, and the campaign."""
    lines = [
        f"| {version} | {found.vectors} | {found.answers} | {found.passed} | {found.vectors - found.passed} |\n"
        for version, found in vectors.items()
    ]
    return f"{RECORDED_HEAD}{''.join(lines)}\n{campaign(tallies)}"


def campaign(tallies: Mapping[str, Sequence[Tally]]) -> str:
    """Return the campaign's table: one line a question, more if the versions answer differently."""
    lines = []
    for row in zip(*tallies.values(), strict=True):
        by_version = list(zip(tallies, row, strict=True))
        for tally, versions in groupby(by_version, key=lambda pair: without_words(pair[1])):
            lines.append(line(tally, [version for version, _ in versions]))
    return HEAD + "".join(lines)


def without_words(tally: Tally) -> Tally:
    """Return a tally without the SDK's words on a failure, which a library of it may change."""
    return evolve(
        tally,
        examples=tuple(
            (pool, evolve(answer, failure=answer.failure and answer.failure.partition(":")[0]))
            for pool, answer in tally.examples
        ),
    )


def line(tally: Tally, versions: Sequence[str]) -> str:
    """Return one line of the table."""
    question = tally.question
    counts = [getattr(tally, kind) for kind in MANNERS]
    cells = (
        question.name, question.where, ", ".join(versions), f"{tally.judged:,}", share(tally.diverging, tally.judged),
        *(f"{count:,}" if count else "" for count in counts),
        distance(question, tally.largest), "<br>".join(example(question, *found) for found in tally.examples),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |\n"


def share(part: int, whole: int) -> str:
    """Return a percentage with one decimal, floored, so that only all is 100 %."""
    tenths = part * 1000 // whole
    return "none" if part == 0 else f"{tenths // 10}.{tenths % 10} %" if tenths < 1000 else "all"


def distance(question: Question, largest: Fraction) -> str:
    """Return the largest difference in the unit of its question."""
    if largest == 0:
        return ""
    if question.unit == "share":
        return f"{decimal(largest * 100, 2)} %"
    if question.unit == "billionths":
        return f"{decimal(largest / RAO_PER_TAO, 9)} TAO"
    return f"{decimal(largest, 2)} TAO" if question.unit == "TAO" else f"{int(largest):,} rao"


def example(question: Question, pool: Pool, answer: Answer) -> str:
    """Return a counterexample in words: the numbers asked about, the chain's answer and the SDK's."""
    if question.unit == "TAO":
        asked = f"bits {pool.moving_price}"
    elif question.read == "from_tao":
        asked = f"{decimal(Fraction(pool.amount, RAO_PER_TAO), 9)} TAO"
    else:
        asked = f"TAO {whole(pool.tao)}, alpha {whole(pool.alpha)}"
        if question.unit != "billionths":
            asked += f", amount {whole(pool.amount)}"
    sdk = f"`{answer.failure}`" if answer.failure is not None else number(question, answer.sdk)
    return f"{asked}: chain {number(question, answer.chain)}, SDK {sdk}"


def number(question: Question, value: Fraction | None) -> str:
    """Return an answer as it is written in an example."""
    if value is None:
        return "refuses"
    if question.unit == "billionths":
        return decimal(value / RAO_PER_TAO, 12)
    return decimal(value, 12 if question.unit == "TAO" else 3)


def whole(value: int) -> str:
    """Return a number of rao, its many zeros as a power of ten."""
    text = str(value)
    zeros = len(text) - len(text.rstrip("0"))
    if value == 0 or zeros < 5:
        return text
    leading = text[:-zeros]
    return f"10^{zeros}" if leading == "1" else f"{leading}·10^{zeros}"


def decimal(value: Fraction, places: int) -> str:
    """Return a number with so many decimals at most, rounded towards zero, without trailing zeros."""
    scaled = abs(value) * 10**places // 1
    digits, decimals = divmod(int(scaled), 10**places)
    text = f"{digits}.{decimals:0{places}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and scaled else text


def recorded(findings: str) -> str:
    """Return the table that FINDINGS.md holds."""
    _, begin, rest = findings.partition(BEGIN)
    table, end, _ = rest.partition(END)
    if not begin or not end:
        raise InputError(f"FINDINGS.md: the lines {BEGIN!r} and {END!r} are missing. Put them back.")
    return table.strip("\n") + "\n"


def updated(findings: str, table: str) -> str:
    """Return FINDINGS.md with another table."""
    recorded(findings)
    before, _, rest = findings.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table}\n{END}{rest.partition(END)[2]}"

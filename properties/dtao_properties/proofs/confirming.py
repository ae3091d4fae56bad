"""Check a contract with CrossHair, and see its wrong variant refuted."""

import time
from collections import Counter
from collections.abc import Callable

from crosshair.core_and_libs import MessageType, analyze_function, run_checkables
from crosshair.options import AnalysisKind, AnalysisOptionSet

from dtao_properties.proofs.lemma import Contract
from dtao_properties.proofs.proving import NOT_PROVED, PROVED, REFUTED, Result

SECONDS = 20.0
"""How long CrossHair may look for a path that breaks a condition."""
MESSAGE = 160
"""How much is shown of what CrossHair says."""


def confirmed(contract: Contract) -> Result:
    """Check a contract and its wrong variant."""
    begin = time.monotonic()
    state, message, paths = _analysis(contract.function)
    status = {MessageType.CONFIRMED: PROVED, MessageType.CANNOT_CONFIRM: NOT_PROVED}.get(state, REFUTED)
    seconds = time.monotonic() - begin
    effort = f"{paths} paths" + ("" if status == PROVED else f" in {seconds:.0f} s")
    wrong_state, wrong_message, _ = _analysis(contract.wrong_function)
    wrong = wrong_message if wrong_state == MessageType.POST_FAIL else ""
    detail = "" if status == PROVED else message
    return Result(contract.id, status, "CrossHair", time.monotonic() - begin, effort, detail, wrong)


def _analysis(function: Callable[..., object]) -> tuple[MessageType, str, int]:
    statistics: Counter[str] = Counter()
    options = AnalysisOptionSet(
        analysis_kind=[AnalysisKind.PEP316], per_condition_timeout=SECONDS, report_all=True, stats=statistics
    )
    messages = list(run_checkables(analyze_function(function, options)))
    if not messages:
        return MessageType.SYNTAX_ERR, "no conditions were found in its docstring", 0
    worst = max(messages, key=lambda message: message.state)
    text = worst.message.removeprefix("false when calling ").replace(function.__name__, "")
    return worst.state, text[:MESSAGE], statistics["num_paths"]

"""What the public functions refuse: every one names the place and the remedy, and none computes with nonsense."""

from collections.abc import Callable
from typing import Any

import pytest

import dtao

ERA = dtao.era("launch")
GENESIS = ERA.genesis()
HUGE = "9" * 6_000
NONSENSE: tuple[Any, ...] = (-1, 2**64, 10**6_000, 1.0, "5", None, True, [1])


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:20] if value != 10**6_000 else "huge")
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("quote", [dtao.alpha_for_tao, dtao.tao_for_alpha], ids=lambda quote: quote.__name__)
def test_quotes_of_nonsense_are_refused(quote: Callable[..., int | None], place: int, value: Any) -> None:
    arguments: list[Any] = [1, 10**12, 10**12, 10**9]
    assert quote(*arguments) == 999_000_999
    arguments[place] = value
    with pytest.raises(dtao.InputError, match=r"^(mechanism|tao_reserve|alpha_reserve|tao|alpha): .* is not .*; give"):
        quote(*arguments)


@pytest.mark.parametrize("quote", [dtao.alpha_for_tao, dtao.tao_for_alpha], ids=lambda quote: quote.__name__)
def test_there_are_two_mechanisms(quote: Callable[..., int | None]) -> None:
    assert quote(0, 0, 0, 7) == 7
    with pytest.raises(dtao.InputError, match="mechanism: 2 is not a mechanism"):
        quote(2, 10**12, 10**12, 10**9)
    with pytest.raises(dtao.InputError, match="largest: -1 is not a bound"):
        quote(1, 10**12, 10**12, 10**9, -1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dtao.load(None),  # type: ignore[arg-type]
        lambda: ERA.load(None),  # type: ignore[arg-type]
        lambda: ERA.load({1: "1"}),  # type: ignore[dict-item]
        lambda: ERA.load({"BlockNumber": HUGE}),
        lambda: ERA.load({"Keys/1/" + HUGE: "1"}),
        lambda: ERA.dump(None),  # type: ignore[arg-type]
        lambda: dtao.dump(None),  # type: ignore[arg-type]
        lambda: dtao.diff(GENESIS, None),  # type: ignore[arg-type]
        lambda: ERA.diff(None, GENESIS),  # type: ignore[arg-type]
        lambda: ERA.set(GENESIS, "Balance", {"account": "1"}, HUGE),
        lambda: ERA.set(GENESIS, "Balance", {"account": HUGE}, "1"),
        lambda: ERA.set(GENESIS, "Balance", None, "1"),  # type: ignore[arg-type]
        lambda: ERA.set(GENESIS, None, {}, "1"),  # type: ignore[arg-type]
        lambda: ERA.set(None, "BlockNumber", {}, "1"),  # type: ignore[arg-type]
        lambda: ERA.call("transfer", "1", None),  # type: ignore[arg-type]
        lambda: ERA.call(["transfer"], "1", {}),  # type: ignore[arg-type]
        lambda: ERA.call("transfer", "1", {"dest": "2", "value": HUGE}),
        lambda: dtao.calls.Transfer(1, 2, 10**6_000),
        lambda: dtao.calls.Transfer(10**6_000, 2, 1),
        lambda: ERA.apply(GENESIS, None),  # type: ignore[arg-type]
        lambda: ERA.apply(None, dtao.calls.Transfer(1, 2, 3)),  # type: ignore[arg-type]
        lambda: ERA.step(None),  # type: ignore[arg-type]
        lambda: ERA.phase(GENESIS, "emit", None),  # type: ignore[arg-type]
        lambda: ERA.phase(GENESIS, None, {}),  # type: ignore[arg-type]
        lambda: ERA.read(GENESIS, "get_alpha_price", None),  # type: ignore[arg-type]
        lambda: ERA.read(GENESIS, [], {}),  # type: ignore[arg-type]
        lambda: ERA.sim_swap_tao_for_alpha(None, 1, 1),  # type: ignore[arg-type]
        lambda: ERA.sim_swap_tao_for_alpha(GENESIS, 1, 10**6_000),
        lambda: dtao.era(None),  # type: ignore[arg-type]
        lambda: dtao.era(HUGE),
        lambda: dtao.era(10**6_000),
        lambda: dtao.migrate(None, 244),  # type: ignore[arg-type]
    ],
)
def test_every_public_function_refuses_what_is_none_of_its_arguments(ask: Callable[[], object]) -> None:
    with pytest.raises(dtao.InputError) as refusal:
        ask()
    assert len(str(refusal.value)) < 2_000

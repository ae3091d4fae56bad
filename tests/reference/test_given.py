"""What is given from outside is quoted in bounds, and JSON that could be read in two ways is refused."""

import pytest

from dtao.given import AmbiguousJsonError, exact_json, shown


@pytest.mark.parametrize("text", ['{"a": 1, "b": {"c": 2, "c": 2}}', '{"a": null, "a": null}', "[1.0]", "[NaN]", "1e3"])
def test_ambiguous_json_is_refused(text: str) -> None:
    with pytest.raises(AmbiguousJsonError, match=r"^the (member '[ac]' is given twice|number \S+ is a float)"):
        exact_json(text)


def test_other_json_is_read() -> None:
    assert exact_json('{"a": [1, "2.5", null, true], "b": {"a": 12345678901234567890}}') == {
        "a": [1, "2.5", None, True], "b": {"a": 12345678901234567890},
    }  # fmt: skip


def test_every_value_can_be_shown() -> None:
    class Foreign:
        def __repr__(self) -> str:
            raise KeyError

    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]
    assert shown(Foreign()) == "a Foreign that cannot be shown"
    assert len(shown(deep)) < 300
    assert [shown(value) for value in (2**511, -(2**512), [10**9_000])] == [
        str(2**511), "an integer of 513 bits", "a list that cannot be shown",
    ]  # fmt: skip

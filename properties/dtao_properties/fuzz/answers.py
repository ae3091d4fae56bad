"""The one counter of answers: how often each step was taken, and how it was answered."""

from collections import Counter
from collections.abc import Iterable, Mapping


class Answers(Counter[tuple[str, str, str]]):
    """Steps by kind, by name (of the call, read, phase, kernel or item) and by error (empty: none).

    >>> answers = Answers({("call", "transfer", ""): 3, ("call", "transfer", "NotEnoughBalanceToStake"): 1})
    >>> answers.calls(), answers.acceptance, answers.of("blocks")
    ({'transfer': (3, 1)}, 0.75, 0)
    """

    def of(self, kind: str) -> int:
        """Return how many steps of a kind were taken."""
        return sum(count for (do, _, _), count in self.items() if do == kind)

    def calls(self, names: Iterable[str] = ()) -> Mapping[str, tuple[int, int]]:
        """Return for every call how often it was accepted and how often rejected; those named even if never made."""
        counts = {name: [0, 0] for name in (*names, *sorted(name for kind, name, _ in self if kind == "call"))}
        for (kind, name, error), count in self.items():
            if kind == "call":
                counts[name][bool(error)] += count
        return {name: (accepted, rejected) for name, (accepted, rejected) in counts.items()}

    @property
    def acceptance(self) -> float:
        """The part of all calls that was accepted."""
        return sum(accepted for accepted, _ in self.calls().values()) / max(self.of("call"), 1)

    @property
    def rejections(self) -> Counter[str]:
        """How often calls were rejected with each error."""
        found = Counter[str]()
        for (kind, _, error), count in self.items():
            if kind == "call" and error:
                found[error] += count
        return found

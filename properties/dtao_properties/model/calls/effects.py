"""What each call does to storage, once it is accepted: a function says of which calls it is the effect."""

from collections.abc import Callable
from typing import TypeVar

from dtao_properties.model.storage_model import StorageModel

Effect = Callable[[StorageModel], None]
F = TypeVar("F", bound=Callable[..., None])
EFFECTS: dict[str, tuple[Effect, ...]] = {}
"""Call -> its effects, in the order in which they are applied."""


def effect_of(*calls: str, then: tuple[Effect, ...] = ()) -> Callable[[F], F]:
    """Mark a function as the effect of some calls, and say which further ones are applied after it."""

    def marked(effect: F) -> F:
        for call in calls:
            if call in EFFECTS:
                raise ValueError(f"{call}: two functions are its effect. Mark one of them.")
            EFFECTS[call] = (effect, *then)
        return effect

    return marked

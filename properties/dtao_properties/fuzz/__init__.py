"""Search for divergences between an implementation and the reference, and keep what is found.

``dtao fuzz`` runs a campaign (:mod:`dtao_properties.fuzz.campaign`). Hypothesis draws episodes: a state and steps in
view of it (:mod:`dtao_properties.fuzz.strategies`), which the adapter and the reference both take
(:mod:`dtao_properties.fuzz.differential`). A divergence is shrunk (:mod:`dtao_properties.fuzz.search`,
:mod:`dtao_properties.fuzz.reduction`) and written to a file (:mod:`dtao_properties.fuzz.counterexample`).
"""

from dtao_properties.fuzz.counterexample import Counterexample, Replayed, promoted, pytest_text, read, replay

__all__ = ["Counterexample", "Replayed", "promoted", "pytest_text", "read", "replay"]

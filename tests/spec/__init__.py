"""Tests of the specification."""

import dtao_spec.contents  # noqa: F401  # rules are registered in reading order, whichever test is imported first

"""The lemmas, one module a family of rules."""

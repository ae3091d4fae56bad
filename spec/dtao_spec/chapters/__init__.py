"""The chapters of rules: one module or package each, which states its rules with all their versions."""

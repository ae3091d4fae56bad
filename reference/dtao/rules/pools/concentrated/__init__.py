"""Concentrated liquidity: ranges of prices in which positions lie, traded in steps from tick to tick."""

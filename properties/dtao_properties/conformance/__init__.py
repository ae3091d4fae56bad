"""The judge: recorded vectors, replayed against an adapter, every answer compared without tolerance."""

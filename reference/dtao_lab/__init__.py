"""What people do with the oracle: quote an order, and see what it would have paid under any version of the rules.

It uses the public face of :mod:`dtao` and :mod:`dtao_spec` only, so that a new era works here without new code.

>>> import dtao
>>> from dtao_lab import Order, market_of_reserves, quote
>>> era = dtao.era("subsidy")
>>> found = quote(market_of_reserves(era, [(10**12, 4 * 10**12)]), Order("buy", 10**10))
>>> found.received, found.fees
(39584215264, (Fee(amount=5035477, unit='TAO', netuid=1),))
"""

from dtao_lab.amounts import parsed_amount
from dtao_lab.markets import Market, market_of_file, market_of_reserves, market_of_state
from dtao_lab.orders import Fee, Order, Price, Quote, quote

__all__ = [
    "Fee",
    "Market",
    "Order",
    "Price",
    "Quote",
    "market_of_file",
    "market_of_reserves",
    "market_of_state",
    "parsed_amount",
    "quote",
]

"""A quote as a table for people, and as JSON for programs."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import asdict, astuple, fields

from dtao import Era, calls
from dtao_lab.amounts import RAO_PER_TAO, decimal, in_tao
from dtao_lab.orders import PRICE_ONE, Price, Quote

PRICE_DECIMALS = 12
PERCENT_DECIMALS = 6
LABEL, AMOUNT = 16, 26


def lines(found: Quote) -> Iterator[str]:
    """Describe a quote in lines of at most 80 characters."""
    order = found.order
    where = f"on subnet {order.netuid}" if order.destination is None else f"{order.netuid} -> {order.destination}"
    yield f"{order.side} {in_tao(order.amount)} {found.paid_unit} {where}"
    yield f"era {era_text(found.era)}, call {found.call.runtime_name()}"
    if order.limit is not None:
        yield _line("limit price", decimal(Fraction(order.limit, RAO_PER_TAO), 9), _price_unit(found))
        if found.allowed is not None:
            yield (
                _line("limit allows", "any amount", "")
                if found.allowed == 2**64 - 1
                else _amount("limit allows", found.allowed, found.paid_unit)
            )
    if found.error is not None:
        yield _line("REFUSED", found.error, "")
    else:
        yield _amount("paid", found.paid, found.paid_unit)
        for fee in found.fees:
            yield _amount(f"fee, subnet {fee.netuid}" if order.destination is not None else "fee", fee.amount, fee.unit)
        if found.lost:
            yield _amount("lost at the limit", found.lost, "TAO")
        yield _amount("received", found.received, found.received_unit)
        if found.paid != order.amount:
            yield _amount("not filled", order.amount - found.paid, found.paid_unit)
    for price in found.prices:
        of = "" if order.destination is None else f" {price.netuid}"
        yield _line(f"price{of} before", decimal(Fraction(price.before, PRICE_ONE), PRICE_DECIMALS), "TAO per alpha")
        if found.error is None:
            yield _line(f"price{of} after", decimal(Fraction(price.after, PRICE_ONE), PRICE_DECIMALS), _change(price))
    if found.average is not None:
        yield _line("average price", decimal(found.average, PRICE_DECIMALS), _price_unit(found))
    if found.slippage is not None and found.error is None:
        yield _line("slippage", decimal(100 * found.slippage, PERCENT_DECIMALS), "%, fees included")
    if found.accepted is None:
        yield "The chain accepts no amount of this order."
    else:
        yield _amount("accepted from", found.accepted[0], found.paid_unit)
        yield _amount("accepted to", found.accepted[1], found.paid_unit)


def era_text(era: Era) -> str:
    """Name an era with its versions and tag."""
    first, last = era.spec_version, era.last_spec_version
    return f"{era.name} ({first if first == last else f'{first}-{last}'}, {era.tag})"


def _line(label: str, value: str, unit: str) -> str:
    return f"  {label:<{LABEL}}{value:>{AMOUNT}}  {unit}".rstrip()


def _amount(label: str, rao: int, unit: str) -> str:
    return f"{_line(label, in_tao(rao), unit):<54}{rao:>20} rao"


def _price_unit(found: Quote) -> str:
    return "TAO per alpha" if found.order.destination is None else "alpha per alpha"


def _change(price: Price) -> str:
    if not price.before:
        return "TAO per alpha"
    return f"{_signed(Fraction(100 * (price.after - price.before), price.before))} %"


def _signed(percent: Fraction) -> str:
    return f"{'+' if percent >= 0 else ''}{decimal(percent, PERCENT_DECIMALS)}"


def as_json(found: Quote) -> dict[str, object]:
    """Return a quote as JSON: rao and raw bits as decimal strings, everything else of them derived."""
    order, era = found.order, found.era
    kinds = calls.arguments(type(found.call))
    names = [argument.name for argument in fields(type(found.call))]
    encoded = {name: kinds[name].encode(value) for name, value in zip(names, astuple(found.call), strict=True)}
    return {
        "era": {"name": era.name, "spec_versions": [era.spec_version, era.last_spec_version], "tag": era.tag},
        "side": order.side,
        "netuid": order.netuid,
        "destination": order.destination,
        "amount": str(order.amount),
        "limit_price": None if order.limit is None else str(order.limit),
        "allow_partial": order.allow_partial,
        "call": {"name": found.call.runtime_name(), "signer": encoded.pop("signer"), "args": encoded},
        "error": found.error,
        "paid": {"amount": str(found.paid), "unit": found.paid_unit},
        "received": {"amount": str(found.received), "unit": found.received_unit},
        "not_filled": str(0 if found.error else order.amount - found.paid),
        "lost_at_limit": str(found.lost),
        "fees": [{**asdict(fee), "amount": str(fee.amount)} for fee in found.fees],
        "prices": [
            {
                "netuid": price.netuid,
                "before": {"bits": str(price.before), "tao": _price(price.before)},
                "after": {"bits": str(price.after), "tao": _price(price.after)},
            }
            for price in found.prices
        ],
        "average_price": _or_none(found.average, PRICE_DECIMALS),
        "slippage_percent": None if found.error or found.slippage is None else decimal(100 * found.slippage, 6),
        "accepted": None if found.accepted is None else {"from": str(found.accepted[0]), "to": str(found.accepted[1])},
        "limit_allows": None if found.allowed is None else str(found.allowed),
    }


def _price(bits: int) -> str:
    return decimal(Fraction(bits, PRICE_ONE), PRICE_DECIMALS)


def _or_none(number: Fraction | None, places: int) -> str | None:
    return None if number is None else decimal(number, places)

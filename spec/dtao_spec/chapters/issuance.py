r"""Issuance and halving.

There will be 21 million TAO, and 21 million of every alpha. A block creates less the nearer a token is to that limit:
its emission halves whenever half of what was left has been issued. What counts is the amount, not the time: burns lower
the issuance and put the next halving off.

TAO and the alpha of each subnet follow one rule, each by its own issuance. That of TAO is `TotalIssuance`. That of a
subnet's alpha is all there is of it, $A + O$: in its pool and outside.

| halvings | from an issuance of (rao) | tokens | emission of a block (rao) |
|--:|--:|--:|--:|
| 0 | 0 | 0 | 1000000000 |
| 1 | 10500000000000000 | 10 500 000 | 500000000 |
| 2 | 15750000000000000 | 15 750 000 | 250000000 |
| 3 | 18375000000000000 | 18 375 000 | 125000000 |
| 4 | 19687500000000000 | 19 687 500 | 62500000 |
| 5 | 20343750000000000 | 20 343 750 | 31250000 |
| 6 | 20671875000000000 | 20 671 875 | 15625000 |
| 7 | 20835937500000000 | 20 835 937.5 | 7812500 |
| 8 | 20917968750000000 | 20 917 968.75 | 3906250 |
| 9 | 20958984375000000 | 20 958 984.375 | 1953125 |
| 10 | 20979492187500000 | 20 979 492.1875 | 976562 |
| 11 | 20989746093750000 | 20 989 746.094 | 488281 |
| 12 | 20994873046875000 | 20 994 873.047 | 244140 |
| 13 | 20997436523437500 | 20 997 436.523 | 122070 |
| 14 | 20998718261718750 | 20 998 718.262 | 61035 |
| 15 | 20999359130859375 | 20 999 359.131 | 30517 |
| 16 | 20999679565429688 | 20 999 679.565 | 15258 |
| 17 | 20999839782714844 | 20 999 839.783 | 7629 |
| 18 | 20999919891357422 | 20 999 919.891 | 3814 |
| 19 | 20999959945678711 | 20 999 959.946 | 1907 |
| 20 | 20999979972839356 | 20 999 979.973 | 953 |
| 21 | 20999989986419678 | 20 999 989.986 | 476 |
| 22 | 20999994993209839 | 20 999 994.993 | 238 |
| 23 | 20999997496604920 | 20 999 997.497 | 119 |
| 24 | 20999998748302460 | 20 999 998.748 | 59 |
| 25 | 20999999374151230 | 20 999 999.374 | 29 |
| 26 | 20999999687075615 | 20 999 999.687 | 14 |
| 27 | 20999999843537808 | 20 999 999.844 | 7 |
| 28 | 20999999921768904 | 20 999 999.922 | 3 |
| 29 | 20999999960884452 | 20 999 999.961 | 1 |
| 30 | 20999999980442226 | 20 999 999.980 | 0 |

A block can create up to 1 TAO. Of an alpha it can create up to 2: 1 for the subnet's participants and at most 1 for its
pool ([BLOCK-3](#block-3)). At full speed an alpha therefore reaches its first halving after 5 250 000 blocks, two years
at 7 200 blocks a day; a subnet whose pool receives less needs up to four.

The limit itself is never reached. After 30 halvings a block would create less than 1 rao and creates nothing, so that
issuance stops about 0.0196 of a token short.

**Two ways to count halvings.** The runtime takes a logarithm: the number is $\lfloor \log_2 \frac{1}{1 - I/S} \rfloor$,
in I96F32. The same number is found without one, as the largest $k$ with $(S - I) 2^k \le S$, or one less than the
length in bits of $\lfloor S / (S - I) \rfloor$. Both agree for every issuance, because the runtime's roundings cancel:

1. The issued part is floored to 32 fraction bits, so that $c$, the remaining part in units of $2^{-32}$, is
   $\lceil (S - I) 2^{32} / S \rceil$, at least 1.
2. Its reciprocal is floored, to $\lfloor 2^{64} / c \rfloor$ units. It is at least $2^{32 + k}$ if and only if
   $c \le 2^{32 - k}$, and, as $2^{32-k}$ is whole for $k \le 32$, if and only if $(S - I) 2^k \le S$.
3. The logarithm counts halvings of that number; a lost bit is rounded up. It would count one too many only in the last
   $2^r$ units below $2^{33 + r}$, where $r$ is the right count. No reciprocal lies there: the largest below that bound
   is that of $c = 2^{31 - r} + 1$, which is at least $2^{2r + 1}$ units lower.
4. Beyond 32 halvings the counts may differ, but the emission has been 0 since the 30th.
"""

from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import floored

TOTAL_SUPPLY = 21 * 10**15
"""rao of TAO, and alpha rao of each subnet: what issuance never passes."""
FIRST_EMISSION = 10**9
"""rao a block before the first halving."""


def halvings(issuance: Fraction | int) -> int:
    """Return how often what is left of the supply has halved; the issuance must be below the supply."""
    left, count = Fraction(TOTAL_SUPPLY - issuance), 0
    while left * 2 ** (count + 1) <= TOTAL_SUPPLY:
        count += 1
    return count


def block_emission_rounded(issuance: Fraction | int) -> Fraction:
    """Return the whole rao that a block emits."""
    return floored(block_emission(issuance), 0)


@rule("ISS-1", rounded=block_emission_rounded)
def block_emission(issuance: Fraction | int) -> Fraction:
    r"""Block emission and halving.

    Statement: At an issuance $I$ below the supply $S$, a block MUST emit 1 token, halved as often as what is left of
        the supply has halved. From $S$ on it MUST emit nothing.
    Formula: $$ E(I) = \frac{10^9}{2^{k}}, \qquad
        k = \left\lfloor \log_2 \frac{S}{S - I} \right\rfloor = \max \lbrace j : (S - I) 2^{j} \le S \rbrace, \qquad
        S = 21 \cdot 10^{15} $$
    Units: rao of TAO, or alpha rao for the alpha of one subnet.
    Rounding: Floored to a whole rao: less than 1 rao below the exact value, never above. The count $k$ is exact.
    Source: `pallets/subtensor/src/coinbase/block_emission.rs`, `get_block_emission_for_issuance`
    Known violation: The computation writes its result to `BlockEmission`, for whichever token it was made. After a
        block the item usually shows the alpha emission of the last subnet in the order of iteration. At an issuance of
        $S$ or more nothing is written. No rule reads the item; users who do are misled.
    Example: The last rao before the first halving decides: below 10.5 million tokens a block emits 1, from there on one
        half. At 20 million tokens, one twenty-first is left, so what is left has halved four times.

        >>> block_emission(10_500_000 * 10**9 - 1), block_emission(10_500_000 * 10**9)
        (Fraction(1000000000, 1), Fraction(500000000, 1))
        >>> halvings(20_000_000 * 10**9), block_emission(20_000_000 * 10**9)
        (4, Fraction(62500000, 1))
        >>> block_emission(21_000_000 * 10**9)
        Fraction(0, 1)
    """
    return Fraction(FIRST_EMISSION, 2 ** halvings(issuance)) if issuance < TOTAL_SUPPLY else Fraction(0)

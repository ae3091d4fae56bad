r"""Share pools.

All stake on one hotkey of one subnet is one amount, $V$ (`TotalHotkeyAlpha`). Coldkeys own shares of it: $s_c$ each
(`Alpha`), of $D$ in total (`TotalHotkeyShares`). What a coldkey's shares are worth is its stake.

The reason is speed. An epoch pays thousands of stakers of one hotkey by raising $V$ once; nobody's shares change, and
everybody's stake grows in proportion. Only a deposit or a withdrawal changes shares, of one coldkey, at the value that
a share has at that moment, so that nobody else gains or loses.

On the root network the amounts are rao of TAO instead of alpha rao; nothing else differs.

| what happens | $V$ | $D$ | shares of the coldkey | shares of the others |
| --- | --- | --- | --- | --- |
| a reward of $u$ | $+u$ | | | |
| a deposit of $u$ | $+u$ | $+uD/V$ | $+uD/V$ | |
| a withdrawal of $u$ | $-u$ | $-uD/V$ | $-uD/V$ | |

[until 400] Shares and $D$ are stored with 64 fraction bits. The remainders that rounding leaves belong to nobody: they
stay in $V$.

[since 401] Shares (`AlphaV2`) and $D$ (`TotalHotkeySharesV2`) are decimal floating-point numbers of 21 digits. What was
stored before (`Alpha`, `TotalHotkeyShares`) is read as long as it is there, and stored anew by the next change of the
stake that it belongs to. The remainders that rounding leaves belong to nobody: they stay in $V$.

[until 243] A pool whose holders have all but left can grow a share so valuable, or so cheap, that the arithmetic no
longer holds it; then a deposit is lost ([SHARE-4](#share-4)).

[since 244 until 400] A withdrawal that would leave dust takes it along ([SHARE-9](#share-9)), so that no pool is left
with so few shares that the value of one of them is too large for the arithmetic.
"""

from dtao_spec.chapters.shares import decimal, deposits, holding

__all__ = ["decimal", "deposits", "holding"]

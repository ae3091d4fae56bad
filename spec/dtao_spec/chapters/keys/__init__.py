r"""Keys and swaps.

Two calls give a name up for another one. `swap_hotkey` replaces a hotkey, for instance one whose secret is no longer
safe: its neurons, its stake and its relations go to the new one. `swap_coldkey` does the same for a coldkey with its
subnets, its stake, its hotkeys and its balance; only the root origin may make it.

[since 276] With a netuid, `swap_hotkey` replaces the hotkey on that subnet alone ([KEY-10](#key-10)).

A swap should be a renaming, and where the new key is unused it nearly is. It falls short of it in three ways.

- It adds where both keys have something. Shares of two pools are added as if they were worth the same
  ([KEY-9](#key-9)), and so value passes from the stakers of one hotkey to those of the other.
- [until 237] It leaves things behind: the owner hotkey of a subnet and the childkey takes stay with the old hotkey, and
  on networks that do not exist any more the shares move without the total.
- [since 238 until 251] It leaves things behind: the childkey takes stay with the old hotkey, and on networks that do
  not exist any more the shares move without the total.
- [since 252 until 275] It leaves things behind: the childkey takes stay with the old hotkey.
- [since 276 until 418] It leaves things behind: the childkey takes stay with the old hotkey, and so does stake under
  netuids without a network.
- [since 419] It leaves things behind: stake under netuids without a network stays with the old hotkey.
- It overwrites: the children and parents of the old hotkey replace those of the new one ([KEY-6](#key-6)).

| | follows a hotkey | follows a coldkey |
| --- | --- | --- |
| [until 275] shares | on every netuid | where a network exists |
| [since 276] shares | where a network exists | where a network exists |
| [until 251] totals and denominators | where a network exists | |
| [since 252 until 275] totals and denominators | on every netuid | |
| [since 276] totals and denominators | where a network exists | |
| uids, children, parents, pending children | where a network exists | |
| [since 261] what the last epoch left and paid | yes | |
| ownership of hotkeys | yes | yes |
| ownership of subnets | | yes |
| [until 237] being the owner hotkey of a subnet | no | |
| [since 238] being the owner hotkey of a subnet | yes | |
| take as a delegate | yes | |
| [until 418] take as a child | no | |
| [since 419] take as a child | where a network exists | |
| [since 411 until 416] locks of stake | unless it is swapped on one subnet alone | yes |
| [since 417] locks of stake | where it has any sum of them | yes |
| balance | | yes |
"""

from dtao_spec.chapters.keys import calls, claims, effects, hotkeys

__all__ = ["calls", "claims", "effects", "hotkeys"]

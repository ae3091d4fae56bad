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
- [since 276] It leaves things behind: the childkey takes stay with the old hotkey, and so does stake under netuids
  without a network.
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
| take as a child | no | |
| balance | | yes |
"""

from dtao_spec.chapters.keys import calls, claims, effects, hotkeys

__all__ = ["calls", "claims", "effects", "hotkeys"]

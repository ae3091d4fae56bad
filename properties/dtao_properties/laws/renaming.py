"""Other names for the same: states and calls whose accounts or subnets are called by other numbers."""

from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from dtao_properties.adapters.protocol import Json

Rename = Callable[[int], int]
ACCOUNT_KEYS: Mapping[str, tuple[int, ...]] = {
    "Balance": (0,), "Owner": (0,), "OwnedHotkeys": (0,), "StakingHotkeys": (0,), "Delegates": (0,),
    "LastTxBlock": (0,), "LastTxBlockDelegateTake": (0,), "LastTxBlockChildKeyTake": (0,),
    "TransactionKeyLastBlock": (0,), "Uids": (1,), "IsNetworkMember": (0,), "ChildKeys": (0,), "ParentKeys": (0,),
    "PendingChildKeys": (1,), "ChildkeyTake": (0,), "AlphaDividendsPerSubnet": (1,), "TaoDividendsPerSubnet": (1,),
    "TotalHotkeyAlpha": (0,), "TotalHotkeyShares": (0,), "Alpha": (0, 1), "LastColdkeyHotkeyStakeBlock": (0, 1),
    "TotalHotkeyAlphaLastEpoch": (0,), "LastHotkeySwapOnNetuid": (1,),
    "Positions": (1,), "StakingOperationRateLimiter": (0, 1),
}  # fmt: skip
"""For each item with accounts among its keys, where they stand."""
NETUID_KEYS: Mapping[str, int] = {
    "TransactionKeyLastBlock": 1, "IsNetworkMember": 1, "ChildKeys": 1, "ParentKeys": 1, "ChildkeyTake": 1,
    "TotalHotkeyAlpha": 1, "TotalHotkeyShares": 1, "Alpha": 2, "TotalHotkeyAlphaLastEpoch": 1,
    "StakingOperationRateLimiter": 2,
}  # fmt: skip
"""For each item whose netuid does not stand first, where it stands."""
WITHOUT_NETUID = frozenset({
    "Balance", "Owner", "OwnedHotkeys", "StakingHotkeys", "Delegates", "LastTxBlock", "LastTxBlockDelegateTake",
    "LastTxBlockChildKeyTake", "LastColdkeyHotkeyStakeBlock",
})  # fmt: skip
ACCOUNT_VALUES = frozenset({"Owner", "SubnetOwner", "SubnetOwnerHotkey", "Keys"})
ACCOUNT_LISTS = frozenset({"OwnedHotkeys", "StakingHotkeys"})
ACCOUNT_ARGUMENTS = frozenset({
    "hotkey", "coldkey", "new_hotkey", "old_coldkey", "new_coldkey", "dest", "origin_hotkey", "destination_hotkey",
    "destination_coldkey",
})  # fmt: skip
NETUID_ARGUMENTS = frozenset({"netuid", "origin_netuid", "destination_netuid"})


def same(number: int) -> int:
    """Leave a number as it is."""
    return number


@frozen
class Relabelling:
    """New numbers for accounts and for subnets."""

    account: Rename = field(default=same)
    netuid: Rename = field(default=same)

    def flat(self, state: Mapping[str, Json]) -> dict[str, Json]:
        """Return a flat state, or a diff, under the new numbers."""
        return {self.entry(entry): self._value(entry.partition("/")[0], value) for entry, value in state.items()}

    def entry(self, entry: str) -> str:
        """Return the name of an entry under the new numbers."""
        item, *keys = entry.split("/")
        for place in ACCOUNT_KEYS.get(item, ()):
            keys[place] = str(self.account(int(keys[place])))
        if keys and item not in WITHOUT_NETUID:
            place = NETUID_KEYS.get(item, 0)
            keys[place] = str(self.netuid(int(keys[place])))
        return "/".join((item, *keys))

    def request(self, request: Mapping[str, Json]) -> dict[str, Json]:
        """Return a call under the new numbers."""
        args = {name: self._argument(name, value) for name, value in request["args"].items()}
        signer = request["signer"]
        return {**request, "signer": None if signer is None else self._account(signer), "args": args}

    def _argument(self, name: str, value: Json) -> Json:
        if name in ACCOUNT_ARGUMENTS:
            return self._account(value)
        if name in NETUID_ARGUMENTS:
            return None if value is None else self.netuid(value)
        return self._pairs(value) if name == "children" else value

    def _value(self, item: str, value: Json) -> Json:
        if value is None:
            return None
        if item in ACCOUNT_VALUES:
            return self._account(value)
        if item in ACCOUNT_LISTS:
            return [self._account(one) for one in value]
        if item in ("ChildKeys", "ParentKeys"):
            return self._pairs(value)
        return [self._pairs(value[0]), value[1]] if item == "PendingChildKeys" else value

    def _pairs(self, pairs: Sequence[Sequence[Json]]) -> list[list[Json]]:
        return [[part, self._account(account)] for part, account in pairs]

    def _account(self, account: Json) -> str:
        return str(self.account(int(account)))

"""The reference with a planted mistake each, behind the adapter protocol: what a campaign has to find."""

import os
import time
from collections.abc import Mapping
from typing import Any

from attrs import evolve, mutable

import dtao
from dtao.item_table import ITEMS
from dtao.state import State
from dtao_properties.adapters.reference import Reference

Message = Mapping[str, Any]


def _amount(reply: dict[str, Any], entry: str) -> int:
    return int(reply["diff"][entry])


@mutable
class Rounding(Reference):
    """Pays 1 rao of alpha more whenever stake is added to a dynamic subnet, in its books and in its events."""

    def request(self, message: Message) -> dict[str, Any]:
        before = self._state
        reply = super().request(message)
        if message["do"] != "call" or not message["call"].startswith("add_stake") or reply.get("error"):
            return reply
        netuid = int(message["args"]["netuid"])
        subnet = before.subnet(netuid)
        if netuid == 0 or subnet.mechanism == 0:
            return reply
        pool = self._state.pool(netuid)
        pool = evolve(pool, alpha_out=dtao.Alpha(pool.alpha_out + 1))
        self._state = evolve(self._state, pools=self._state.pools.set(dtao.NetUid(netuid), pool))
        return {**reply, "diff": self._era.diff(before, self._state)}


@mutable
class WrongBranch(Reference):
    """Takes a limit order whose amount is exactly what the limit allows for one that goes too far."""

    def request(self, message: Message) -> dict[str, Any]:
        before: State = self._state
        reply = super().request(message)
        if message["do"] != "call" or message["call"] != "add_stake_limit" or reply.get("error"):
            return reply
        args = message["args"]
        limit = {"netuid": args["netuid"], "limit_price": args["limit_price"]}
        maximum = self._era.read(before, "get_max_amount_add", limit)
        if maximum == args["amount_staked"] and not args["allow_partial"]:
            self._state = before
            return {**reply, "error": "SlippageTooHigh", "events": [], "diff": {}}
        return reply


@mutable
class RoundingAndWrongBranch(WrongBranch, Rounding):
    """Makes both mistakes."""


@mutable
class LateBug(Reference):
    """Emits a rao too much into a pool, but only in the second block after a subnet was created in its sight."""

    _created: int = 0

    def request(self, message: Message) -> dict[str, Any]:
        reply = super().request(message)
        if message["do"] == "load":
            self._created = 0
        if message["do"] == "call" and message["call"] == "register_network" and reply.get("error") is None:
            self._created += 1
        if message["do"] == "blocks" and self._created and message["n"] > 1:
            return {**reply, "diff": {**reply["diff"], "BlockEmission": "1"}}
        return reply


@mutable
class WrongQuote(Reference):
    """Quotes a rao too much for alpha."""

    def request(self, message: Message) -> dict[str, Any]:
        reply = super().request(message)
        if message.get("read") == "sim_swap_alpha_for_tao" and reply["value"] not in (None, "0"):
            return {**reply, "value": str(int(reply["value"]) + 1)}
        return reply


@mutable
class PricyQuote(Reference):
    """Quotes a rao too little for alpha of dynamic subnets."""

    def request(self, message: Message) -> dict[str, Any]:
        reply = super().request(message)
        if message.get("read") != "sim_swap_alpha_for_tao" or reply["value"] in (None, "0"):
            return reply
        dynamic = self._state.subnet(dtao.NetUid(message["args"]["netuid"])).mechanism == 1
        return {**reply, "value": str(int(reply["value"]) - dynamic)}


@mutable
class WrongKernel(Reference):
    """Rounds negative products of one format toward zero."""

    def request(self, message: Message) -> dict[str, Any]:
        reply = super().request(message)
        if message.get("kernel") == "I96F32.saturating_mul":
            a, b = int(message["args"]["a"]), int(message["args"]["b"])
            if a * b < 0 and (a * b) % 2**32:
                return {**reply, "value": str(int(reply["value"]) + 1)}
        return reply


@mutable
class Fragile(Reference):
    """Falls over when it unstakes all."""

    def request(self, message: Message) -> dict[str, Any]:
        if message.get("call") == "unstake_all":
            raise ZeroDivisionError("nothing to divide by")
        return super().request(message)


@mutable
class Moody(Reference):
    """Gives a wrong answer once and never again."""

    told: bool = False

    def request(self, message: Message) -> dict[str, Any]:
        reply = super().request(message)
        if message["do"] == "call" and not self.told:
            self.told = True
            return {**reply, "events": [["Mood"]]}
        return reply


@mutable
class Unstaked(Reference):
    """Does not do unstake_all, nor keep volumes."""

    def request(self, message: Message) -> dict[str, Any]:
        reply = super().request(message)
        if message["do"] == "hello":
            items = sorted(set(ITEMS) - {"SubnetVolume"})
            return {**reply, "value": {**reply["value"], "items": items}}
        if message.get("call") == "unstake_all":
            return {"seq": message["seq"], "skipped": "not done"}
        if "diff" in reply:
            kept = {entry: value for entry, value in reply["diff"].items() if not entry.startswith("SubnetVolume")}
            return {**reply, "diff": kept}
        return reply


@mutable
class Callless(Reference):
    """Does no calls."""

    def request(self, message: Message) -> dict[str, Any]:
        if message["do"] == "call":
            return {"seq": message["seq"], "skipped": "no calls yet"}
        return super().request(message)


@mutable
class Stateless(Reference):
    """Has no states."""

    def request(self, message: Message) -> dict[str, Any]:
        if message["do"] == "load":
            return {"seq": message["seq"], "skipped": "no states here"}
        return super().request(message)


@mutable
class Slow(WrongKernel):
    """Takes its time, so that a campaign is still at work when one of its workers is killed."""

    def request(self, message: Message) -> dict[str, Any]:
        if message["do"] == "kernel":
            time.sleep(float(os.environ.get("PLANTED_SECONDS", "0")))
        return super().request(message)


@mutable
class AlwaysFragile(Reference):
    """Falls over in every call."""

    def request(self, message: Message) -> dict[str, Any]:
        if message["do"] == "call":
            raise ZeroDivisionError("nothing to divide by")
        return super().request(message)


@mutable
class Unfinished(Reference):
    """Announces everything and answers nothing yet but greetings and loads."""

    def request(self, message: Message) -> dict[str, Any]:
        if message["do"] in ("hello", "load", "stop"):
            return super().request(message)
        return {"seq": message["seq"], "skipped": "to be done"}


@mutable
class WrongPrice(Reference):
    """Lets every moving price of a dynamic subnet rise by a bit more in each block, for good."""

    def request(self, message: Message) -> dict[str, Any]:
        before: State = self._state
        if message["do"] != "blocks":
            return super().request(message)
        for _ in range(message["n"]):
            super().request({**message, "n": 1})
            for netuid, pool in self._state.pools.items():
                if netuid and self._state.subnet(netuid).mechanism == 1:
                    raised = evolve(pool, moving_price=dtao.Bits(pool.moving_price + 2**20))
                    self._state = evolve(self._state, pools=self._state.pools.set(netuid, raised))
        return {"seq": message["seq"], "diff": self._era.diff(before, self._state)}

"""The quotes of the `bittensor` SDK behind adapter protocol 1, level `quote`, one request and one reply a line.

Run it with the interpreter of an environment that has the SDK. One file serves 9.0.4, 9.12.2 and 10.5.0.

A subnet's DynamicInfo is built by the SDK's own `from_dict`, from the members that the launch runtime's
`get_dynamic_info` answers with. That answer holds neither the mechanism nor the price, so the SDK decides both.
Besides the runtime's quotes the adapter knows three reads of the SDK itself, which the judge never sends:
`tao_to_alpha` and `alpha_to_tao`, the conversions at the spot price, and `from_tao`, the rao of an amount in TAO.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import Any

replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what the SDK prints must not look like a reply
os.environ["HOME"] = sys.prefix  # importing the SDK makes folders in the home directory

import bittensor  # noqa: E402
from bittensor.core.chain_data import DynamicInfo  # noqa: E402
from bittensor.utils.balance import Balance  # noqa: E402

NOBODY = ((0,) * 32,)
TAO_UNIT = 0
ABSENT_IN_STATE = dict.fromkeys(
    ("tempo", "last_step", "blocks_since_last_step", "emission", "alpha_out", "alpha_out_emission",
     "alpha_in_emission", "tao_in_emission", "pending_alpha_emission", "pending_root_emission", "subnet_volume",
     "network_registered_at"),
    0,
)  # fmt: skip
"""Members that a DynamicInfo cannot be built without and that no quote looks at."""


class Skip(Exception):
    """The SDK does not offer this."""


class Refuse(Exception):
    """The request is malformed."""


class Adapter:
    """Keeps the loaded state and the DynamicInfo of the subnets that were asked about."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.infos: dict[int, Any] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        do = request.get("do")
        if do == "hello":
            return {"value": about()}
        if do == "load":
            if request["era"] != "launch":
                raise Refuse(f"unknown era {request['era']!r}. This adapter knows launch.")
            self.state, self.infos = request["state"], {}
            return {"ok": True}
        if do == "read":
            return {"value": self.read(request["read"], request["args"])}
        if do == "stop":
            return {"ok": True}
        raise Skip(f"the SDK answers quotes only, not {do!r}")

    def read(self, name: str, args: dict[str, Any]) -> Any:
        if name not in READS:
            raise Skip(f"DynamicInfo offers no {name}")
        netuid = args["netuid"]
        if name == "get_moving_alpha_price" and (netuid == 0 or self.state.get(f"SubnetMechanism/{netuid}", 0) == 0):
            raise Skip("DynamicInfo passes on what is stored, which is not the price of a stable subnet")
        return READS[name](self.info(netuid), args)

    def info(self, netuid: int) -> Any:
        if netuid not in self.infos:
            if not self.state.get(f"NetworksAdded/{netuid}"):
                raise Skip(f"the chain has no DynamicInfo of the subnet {netuid}, which does not exist")
            self.infos[netuid] = DynamicInfo.from_dict(
                {
                    **ABSENT_IN_STATE,
                    "netuid": netuid, "owner_hotkey": NOBODY, "owner_coldkey": NOBODY, "subnet_name": b"",
                    "token_symbol": b"", "subnet_identity": None,
                    "tao_in": int(self.state.get(f"SubnetTAO/{netuid}", 0)),
                    "alpha_in": int(self.state.get(f"SubnetAlphaIn/{netuid}", 0)),
                    "moving_price": {"bits": int(self.state.get(f"SubnetMovingPrice/{netuid}", 0))},
                }
            )  # fmt: skip
        return self.infos[netuid]


def about() -> dict[str, Any]:
    return {
        "name": "bittensor", "language": "Python", "version": bittensor.__version__, "protocol": 1,
        "eras": ["launch"], "levels": ["quote"],
        "items": ["SubnetTAO", "SubnetAlphaIn", "SubnetMechanism", "SubnetMovingPrice", "NetworksAdded"],
    }  # fmt: skip


def alpha_bought(info: Any, args: dict[str, Any]) -> str:
    return str(info.tao_to_alpha_with_slippage(tao(args))[0].rao)


def tao_received(info: Any, args: dict[str, Any]) -> str:
    return str(info.alpha_to_tao_with_slippage(alpha(args))[0].rao)


def price(info: Any, args: dict[str, Any]) -> str:
    """The SDK's price has nine decimals: this many billionths of a TAO, as raw bits of I96F32, floored."""
    return str((info.price.rao << 32) // 10**9)


def moving_price(info: Any, args: dict[str, Any]) -> str:
    return str(int(info.moving_price * 2**32))


def spot_alpha(info: Any, args: dict[str, Any]) -> str:
    return str(info.tao_to_alpha(tao(args)).rao)


def spot_tao(info: Any, args: dict[str, Any]) -> str:
    return str(info.alpha_to_tao(alpha(args)).rao)


def rao(info: Any, args: dict[str, Any]) -> str:
    return str(Balance.from_tao(float(args["tao"])).rao)


def tao(args: dict[str, Any]) -> Any:
    return Balance.from_rao(int(args["amount"])).set_unit(TAO_UNIT)


def alpha(args: dict[str, Any]) -> Any:
    return Balance.from_rao(int(args["amount"])).set_unit(args["netuid"])


READS: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "sim_swap_tao_for_alpha": alpha_bought,
    "sim_swap_alpha_for_tao": tao_received,
    "get_alpha_price": price,
    "get_moving_alpha_price": moving_price,
    "tao_to_alpha": spot_alpha,
    "alpha_to_tao": spot_tao,
    "from_tao": rao,
}


def main() -> None:
    adapter = Adapter()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = adapter.answer(request)
        except Skip as reason:
            reply = {"skipped": str(reason)}
        except Refuse as reason:
            reply = {"refused": str(reason)}
        except Exception as crash:  # whatever the SDK raises is its answer
            reply = {"errored": f"{type(crash).__name__}: {crash}"}
        replies.write(json.dumps({"seq": request["seq"], **reply}) + "\n")
        replies.flush()
        if request["do"] == "stop":
            return


if __name__ == "__main__":
    main()

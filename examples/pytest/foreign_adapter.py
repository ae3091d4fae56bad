"""Between the judge and the foreign implementation: adapter protocol 1, level quote."""

from typing import Any

from foreign_pool import Pool


class Adapter:
    """Answers what the foreign implementation can do, and says so of what it cannot."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def request(self, message: dict[str, Any]) -> dict[str, Any]:
        """Answer one request."""
        match message["do"]:
            case "hello":
                answer = {"value": {
                    "name": "foreign-pool", "language": "Python", "version": "1", "protocol": 1,
                    "eras": ["launch"], "levels": ["quote"],
                    "items": ["SubnetTAO", "SubnetAlphaIn", "SubnetMechanism"],
                }}  # fmt: skip
            case "load":
                self.state, answer = message["state"], {"ok": True}
            case "read":
                answer = self.quote(message["read"], message["args"])
            case "stop":
                answer = {"ok": True}
            case other:
                answer = {"skipped": f"{other} is beyond a quote"}
        return {"seq": message["seq"], **answer}

    def quote(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        if name == "sim_swap_tao_for_alpha":
            return value(self.pool(args["netuid"]).alpha_for(int(args["amount"])))
        if name == "sim_swap_alpha_for_tao":
            return value(self.pool(args["netuid"]).tao_for(int(args["amount"])))
        if name == "get_alpha_price":
            return value(int(self.pool(args["netuid"]).price * 2**32))
        return {"skipped": f"{name} is not implemented"}

    def pool(self, netuid: int) -> Pool:
        return Pool(
            tao=int(self.state.get(f"SubnetTAO/{netuid}", "0")),
            alpha=int(self.state.get(f"SubnetAlphaIn/{netuid}", "0")),
            mechanism=self.state.get(f"SubnetMechanism/{netuid}", 0),
            is_root=netuid == 0,
        )


def value(number: int | None) -> dict[str, Any]:
    return {"value": None if number is None else str(number)}

"""The adapter of the `bittensor` SDK, on a package of the same name that stands in for it."""

from collections.abc import Iterator
from pathlib import Path
from sys import executable

import pytest

from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import Errored, Refused, Session, Skipped

STAND_IN = {
    "__init__.py": '__version__ = "0.0.0"\nprint("noise of an import")\n',
    "utils/__init__.py": "",
    "utils/balance.py": """
class Balance:
    def __init__(self, rao): self.rao = rao
    def set_unit(self, netuid): self.netuid = netuid; return self
    from_rao = staticmethod(lambda rao: Balance(rao))
    from_tao = staticmethod(lambda tao: Balance(int(tao * 10**9)))
""",
    "core/__init__.py": "",
    "core/chain_data.py": """
from bittensor.utils.balance import Balance
class DynamicInfo:
    @classmethod
    def from_dict(cls, decoded):
        info = cls()
        info.tao_in, info.alpha_in = decoded["tao_in"], decoded["alpha_in"]
        info.price, info.moving_price = Balance(3), decoded["moving_price"]["bits"] / 2**32
        return info
    def tao_to_alpha_with_slippage(self, tao):
        print("noise of a quote")
        assert tao.netuid == 0
        return Balance(self.alpha_in // (self.tao_in + tao.rao)), None
    def alpha_to_tao_with_slippage(self, alpha):
        assert alpha.netuid == 3
        return Balance(-alpha.rao), None
""",
}
STATE = {
    "NetworksAdded/3": True, "SubnetMechanism/3": 1, "SubnetTAO/3": "5", "SubnetAlphaIn/3": "700",
    "SubnetMovingPrice/3": "6442450944", "NetworksAdded/4": True,
}  # fmt: skip


@pytest.fixture
def session(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    for name, text in STAND_IN.items():
        path = tmp_path / "bittensor" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    session = Session(connected(f"cmd:{executable} {root / 'examples/bittensor_sdk/adapter.py'}"))
    yield session
    session.close()


def load(session: Session) -> None:
    assert session.ask({"do": "load", "era": "launch", "spec_version": 233, "state": STATE})["ok"] is True


def read(session: Session, name: str, netuid: int, **args: object) -> object:
    return session.ask({"do": "read", "read": name, "args": {"netuid": netuid, **args}})["value"]


def test_it_announces_quotes_only(session: Session) -> None:
    hello = session.hello()
    assert (hello.name, hello.version, hello.eras, hello.levels) == ("bittensor", "0.0.0", ("launch",), ("quote",))


def test_the_answers_of_the_sdk_are_passed_on(session: Session) -> None:
    load(session)
    assert read(session, "sim_swap_tao_for_alpha", 3, amount="2") == "100"
    assert read(session, "sim_swap_alpha_for_tao", 3, amount="2") == "-2"
    assert read(session, "get_alpha_price", 3) == "12"
    assert read(session, "get_moving_alpha_price", 3) == "6442450944"
    assert read(session, "from_tao", 3, tao="0.000000030") == "29"


def test_what_the_sdk_raises_is_an_error_and_the_adapter_goes_on(session: Session) -> None:
    load(session)
    with pytest.raises(Errored, match="ZeroDivisionError: integer division or modulo by zero"):
        read(session, "sim_swap_tao_for_alpha", 4, amount="0")
    assert read(session, "sim_swap_tao_for_alpha", 3, amount="2") == "100"


@pytest.mark.parametrize(
    ("name", "netuid", "why"),
    [
        ("get_max_amount_add", 3, "DynamicInfo offers no get_max_amount_add"),
        ("get_alpha_price", 5, "the subnet 5, which does not exist"),
        ("get_moving_alpha_price", 4, "is not the price of a stable subnet"),
    ],
)
def test_what_the_sdk_does_not_offer_is_skipped(session: Session, name: str, netuid: int, why: str) -> None:
    load(session)
    with pytest.raises(Skipped, match=why):
        read(session, name, netuid)


def test_other_requests_are_skipped_and_other_eras_refused(session: Session) -> None:
    with pytest.raises(Skipped, match="answers quotes only, not 'blocks'"):
        session.ask({"do": "blocks", "n": 1})
    with pytest.raises(Refused, match="unknown era 'later'"):
        session.ask({"do": "load", "era": "later", "spec_version": 1, "state": {}})

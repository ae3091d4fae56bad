"""The bundled reference behind the adapter protocol."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from attrs import field, mutable

import dtao
from dtao import kernels
from dtao.errors import InputError
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.adapters.protocol import LEVELS, PROTOCOL, REQUEST_MEMBERS, REQUEST_TYPES, Json
from dtao_properties.version import distribution_version


@mutable
class Reference:
    """Answers the judge with package ``dtao``, in the same process."""

    ANSWERS_PLAINLY: ClassVar[bool] = True
    """Its answers need not be looked through for what is not JSON. Counts for this very class, not for heirs."""

    _era: Any = field(default=None, init=False)
    _state: Any = field(default=None, init=False)

    def request(self, message: Mapping[str, Json]) -> dict[str, Json]:
        """Answer one request; what the reference calls the user's mistake is answered by ``refused``."""
        answer = self._ANSWERS.get(message["do"])
        try:
            if answer is None:
                raise InputError(f"unknown request {message['do']!r}. The requests are {', '.join(self._ANSWERS)}.")
            for member in REQUEST_MEMBERS[message["do"]]:
                if member not in message:
                    raise InputError(f"the request {message['do']} lacks the member {member!r}.")
                kind = REQUEST_TYPES.get(member)
                if kind is not None and type(message[member]) is not kind:
                    raise InputError(f"{member!r} in the request {message['do']} is not of type {kind.__name__}.")
            return {"seq": message["seq"], **answer(self, message)}
        except InputError as error:
            return {"seq": message["seq"], "refused": str(error)}

    def _hello(self, message: Mapping[str, Json]) -> dict[str, Json]:
        about = {
            "name": "dtao", "language": "Python", "version": distribution_version(), "protocol": PROTOCOL,
            "eras": [era.recorded_as for era in dtao.ERAS], "levels": list(LEVELS),
        }  # fmt: skip
        return {"value": about}

    def _load(self, message: Mapping[str, Json]) -> dict[str, Json]:
        self._era = dtao.era(message["era"])
        # the chain itself gets into states that contradict themselves, and they are recorded
        self._state = self._era.load(message["state"], check=not message.get("recorded", False))
        return {"ok": True}

    def _kernel(self, message: Mapping[str, Json]) -> dict[str, Json]:
        era = dtao.era(message["era"])
        return {"value": kernels.evaluate(message["kernel"], message["args"], era.spec_version)}

    def _step(self, message: Mapping[str, Json]) -> dict[str, Json]:
        if self._era is None:
            raise InputError("no state is loaded. Send load first.")
        before = self._state
        result = apply_step(self._era, before, message)
        self._state = result.after
        return result.reply(self._era, before, message["do"])

    def _stop(self, message: Mapping[str, Json]) -> dict[str, Json]:
        self._era = self._state = None
        return {"ok": True}

    _ANSWERS: ClassVar[Mapping[str, Callable[["Reference", Mapping[str, Json]], dict[str, Json]]]] = {
        "hello": _hello, "load": _load, "kernel": _kernel, "call": _step, "set": _step, "phase": _step,
        "read": _step, "blocks": _step, "stop": _stop,
    }  # fmt: skip

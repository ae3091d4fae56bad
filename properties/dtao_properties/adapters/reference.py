"""The bundled reference behind the adapter protocol."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from attrs import field, mutable

import dtao
from dtao import events, kernels
from dtao.errors import InputError
from dtao_properties.adapters.protocol import LEVELS, PROTOCOL, REQUEST_MEMBERS, REQUEST_TYPES, SET_KEYS, Json
from dtao_properties.version import distribution_version


@mutable
class Reference:
    """Answers the judge with package ``dtao``, in the same process."""

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
        dtao.era(message["era"])  # an unknown era is refused; the kernels are the same in all known ones
        return {"value": kernels.evaluate(message["kernel"], message["args"])}

    def _call(self, message: Mapping[str, Json]) -> dict[str, Json]:
        call = self._loaded.call(message["call"], message["signer"], message["args"])
        outcome = self._loaded.apply(self._state, call)
        error = None if outcome.error is None else outcome.error.value
        return {"error": error, "events": events.to_json(outcome.events), **self._moved(outcome.state)}

    def _set(self, message: Mapping[str, Json]) -> dict[str, Json]:
        keys = {name: message[name] for name in message.keys() & SET_KEYS}
        return self._moved(self._loaded.set(self._state, message["item"], keys, message["value"]))

    def _phase(self, message: Mapping[str, Json]) -> dict[str, Json]:
        state, value = self._loaded.phase(self._state, message["phase"], message["args"])
        return {"value": value, **self._moved(state)}

    def _read(self, message: Mapping[str, Json]) -> dict[str, Json]:
        return {"value": self._loaded.read(self._state, message["read"], message["args"])}

    def _blocks(self, message: Mapping[str, Json]) -> dict[str, Json]:
        count = message["n"]
        if type(count) is not int or count < 0:
            raise InputError(f"n: {count!r} is not a number of blocks. Give a whole number from 0.")
        return self._moved(self._loaded.step(self._state, blocks=count))

    def _stop(self, message: Mapping[str, Json]) -> dict[str, Json]:
        self._era = self._state = None
        return {"ok": True}

    @property
    def _loaded(self) -> Any:
        if self._era is None:
            raise InputError("no state is loaded. Send load first.")
        return self._era

    def _moved(self, after: Any) -> dict[str, Json]:
        diff = {} if after is self._state else self._era.diff(self._state, after)
        self._state = after
        return {"diff": diff}

    _ANSWERS: ClassVar[Mapping[str, Callable[["Reference", Mapping[str, Json]], dict[str, Json]]]] = {
        "hello": _hello, "load": _load, "kernel": _kernel, "call": _call, "set": _set, "phase": _phase,
        "read": _read, "blocks": _blocks, "stop": _stop,
    }  # fmt: skip

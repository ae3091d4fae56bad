"""Stops reading after hello, while the judge wants to send more than a pipe holds."""

import time

from tests.properties.adapters.honest import noted, reply, requests, send

if __name__ == "__main__":
    noted()
    send(reply(next(requests())))
    time.sleep(600)

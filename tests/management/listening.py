"""An application behind a real server of this process, set up as the product sets it up."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from waitress.server import create_server

from assessor.management import framing
from assessor.management.commands import serve


@contextmanager
def listening(application: Callable[..., Iterable[bytes]], *, strict: bool = True) -> Iterator[int]:
    """Give the port. Not ``strict``: lengths are taken as the server takes them by itself."""
    sockets: dict[int, Any] = {}
    options = serve.server_options()
    server = create_server(application, map=sockets, host="127.0.0.1", port=0, **options)
    if strict:
        framing.refuse_two_lengths(sockets.values())
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield server.effective_port
    finally:
        # Closed from here, the loop would be left waiting for what is gone.
        server.trigger.pull_trigger(server.close)

"""A service that answers with what it was asked, and misbehaves when told to."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Echo:
    """An owner under a test's control."""

    def __init__(self):
        self.requests: list[dict] = []
        self.closing = 0
        echo = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                echo.requests.append({"method": self.command, "target": self.path, "headers": dict(self.headers), "body": body})
                if echo.closing:
                    # As if the connection had been closed for idleness just when it was used again.
                    echo.closing -= 1
                    self.close_connection = True
                    return
                if "slow" in self.path:
                    time.sleep(9)
                content = json.dumps({"seen": len(echo.requests)}).encode()
                self.send_response(418)
                for name, value in {"Content-Type": "application/echo", "ETag": '"7"', "Retry-After": "3", "Idempotent-Replayed": "true", "Content-Language": "en", "X-Secret": "no", "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

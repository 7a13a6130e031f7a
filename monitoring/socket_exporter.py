#!/usr/bin/env python3
"""Serves over HTTP what the chat port answers to GET_METRICS: the original's exporter, which still works.

CHAT_HOST, CHAT_PORT and EXPORTER_PORT say where. Its address must be in metrics.scrape_from.
"""
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHAT = (os.environ.get("CHAT_HOST", "127.0.0.1"), int(os.environ.get("CHAT_PORT", "12345")))
PORT = int(os.environ.get("EXPORTER_PORT", "9100"))
TIMEOUT_S = 5


def ask() -> bytes:
    with socket.create_connection(CHAT, timeout=TIMEOUT_S) as chat:
        chat.sendall(b"GET_METRICS")
        parts = iter(lambda: chat.recv(65536), b"")
        return b"".join(parts)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/metrics":
            return self.send_error(404, "expected /metrics")
        try:
            text = ask()
        except OSError as error:
            return self.send_error(502, f"expected metrics from {CHAT[0]}:{CHAT[1]}, got: {error}")
        if text.startswith(b"{"):
            return self.send_error(502, "expected metrics, got a refusal: see metrics.scrape_from")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("", PORT), Handler).serve_forever()

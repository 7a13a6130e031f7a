"""A chat in the terminal. It reconnects, asks for what it missed, and sends again what was not acknowledged.

python3 client.py HOST PORT NAME [PASSWORD]     without a password, NAME is a guest
"""
import json
import os
import random
import socket
import sys
import threading
import time
import uuid


class Client:
    def __init__(self, host, port, name, password=None):
        self.address, self.name, self.password = (host, port), name, password
        self.pending = {}  # nonce -> content, until the message is known to be stored
        self.seen = set()  # ids of the messages that this client has
        self.after = 0  # what this client missed comes after this id
        self.ready = False  # joined, and has what it missed
        self.lock = threading.Lock()

    def run(self):
        delay = 1
        while True:
            try:
                with socket.create_connection(self.address) as self.sock:
                    self.join()
                    for line in self.sock.makefile("r", encoding="ascii"):
                        with self.lock:
                            self.receive(json.loads(line))
                        delay = 1 if self.ready else delay
            except OSError as error:
                print(f"* {error}", flush=True)
            self.ready = False
            time.sleep(delay * random.uniform(0.5, 1))
            delay = min(60, 2 * delay)

    def join(self):
        if self.password is None:
            self.send(type="message", **{"from": self.name}, content="", ref="join")
        else:
            self.send(type="login", username=self.name, password=self.password)
        self.after = max(self.seen, default=0)
        self.ask_history()

    def ask_history(self):
        after = {"after": self.after} if self.after else {}
        self.send(type="history", channel="#g\u00e9n\u00e9ral", **after)

    def say(self, content):
        with self.lock:
            nonce = uuid.uuid4().hex
            self.pending[nonce] = content
            if self.ready:
                self.send_message(nonce)

    def send_message(self, nonce):
        self.send(type="message", content=self.pending[nonce], nonce=nonce, ref=nonce)

    def send(self, **request):
        try:
            self.sock.sendall(json.dumps(request).encode("ascii") + b"\n")
        except OSError:
            pass  # run() notices as well, and reconnects

    def receive(self, line):
        kind = line["type"]
        if kind == "message":
            self.show(line)
        elif kind == "ack":
            self.pending.pop(line["ref"], None)
            self.seen.add(line.get("id", 0))
        elif kind == "history":
            for message in line["messages"]:
                self.show(message)
            if self.after and line["more"]:
                self.after = line["messages"][-1]["id"]
                return self.ask_history()
            self.ready = True
            for nonce in list(self.pending):
                self.send_message(nonce)
        elif kind == "error" and line.get("request") == "login":
            print(line["message"], file=sys.stderr, flush=True)
            os._exit(1)
        elif kind in ("error", "system"):
            print(f"* {line.get('content') or line['message']}", flush=True)

    def show(self, message):
        id, nonce = message.get("id"), message.get("nonce")
        # Nobody else can know the nonce before the message is stored.
        if self.pending.pop(nonce, None) is None and (id is None or id not in self.seen):
            print(f"{message['from']}: {message['content']}", flush=True)
        self.seen.add(id or 0)


if __name__ == "__main__":
    host, port, *who = sys.argv[1:]
    client = Client(host, int(port), *who)
    threading.Thread(target=client.run, daemon=True).start()
    for line in sys.stdin:
        client.say(line.rstrip("\n"))
    while client.pending:
        time.sleep(0.1)

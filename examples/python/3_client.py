"""Étape 3 : le client complet, qui se reconnecte et ne perd rien.
Step 3: the whole client, which reconnects and loses nothing.

    python3 3_client.py [--tls] [--ca FILE] [HOST [PORT]]

Un fil lit le clavier, un autre le réseau ; ils déposent ce qu'ils lisent dans une file.
Le fil principal vide la file : lui seul décide, affiche et envoie.
One thread reads the keyboard, another the network; they put what they read into a queue.
The main thread empties the queue: it alone decides, shows and sends.
"""
import argparse
import json
import os
import queue
import random
import re
import select
import signal
import socket
import ssl
import sys
import threading
import uuid

GENERAL = "#général"
LINE_MAX = 1 << 20  # octets / bytes
# en secondes ; les tests attendent moins / in seconds; the tests wait less
FIRST_WAIT = int(os.environ.get("CLASSCORD_RECONNECT_MS", "1000")) / 1000

# Que faire de chaque code d'erreur ? Un code inconnu : show.
# What to do about each error code. An unknown code: show.
ACTIONS = {
    # redemander le nom et le mot de passe / ask for name and password again
    "ask": "login_failed username_taken bad_username weak_password",
    # attendre retry_after, puis renvoyer la même requête / wait, then send the same request again
    "wait": "rate_limited throttled busy too_many_connections",
    # rentrer, ou revenir dans le salon, puis renvoyer une fois / log in, or join, then send again once
    "login": "login_required session_expired",
    "join": "not_in_channel",
    # garder le message pour la connexion suivante / keep the message for the next connection
    "reconnect": "shutting_down",
    # ne pas revenir / do not come back
    "stop": "banned",
    # afficher, et renoncer à la requête / show it, and give the request up
    "show": "bad_json bad_request unknown_type line_too_long content_too_long bad_invite unknown_user "
            "unknown_class unknown_channel unknown_group forbidden muted internal",
}
ACTION_OF = {code: action for action, codes in ACTIONS.items() for code in codes.split()}


def show(text, end="\n"):
    # Aucun caractère de commande n'arrive au terminal. / No control character reaches the terminal.
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", " ", text).replace("\n", "\n    ")
    print(text, end=end, flush=True)


def start(target):
    threading.Thread(target=target, daemon=True).start()


class Client:
    def __init__(self, options):
        self.options = options
        self.events = queue.Queue()
        self.lock = threading.Lock()  # une connexion TLS ne sert qu'un fil à la fois / one at a time
        self.sock = None
        self.typed = []  # lignes tapées, pas encore traitées / typed, not handled yet
        self.phase, self.answers = "questions", []  # questions, login, chat
        self.name = self.new = None
        self.online = False  # entré, et l'historique est rattrapé / logged in, and caught up
        self.asked = {}  # ref -> requête sans réponse / request without an answer
        self.outbox = []  # messages sans acquittement ; le premier est en route / not acked yet
        self.channel, self.last = GENERAL, {GENERAL: None}  # salon -> dernier numéro / last id
        self.seen, self.catching, self.retried = set(), 0, None
        self.moving = False  # une commande change peut-être de salon / a command may change channel
        self.wait, self.leaving = FIRST_WAIT, False

    def run(self):
        start(self.keyboard)
        start(self.network)
        self.question()
        while True:
            action, *args = self.events.get()
            action(*args)
            while self.typed and self.phase != "login" and not self.moving and not self.leaving:
                self.take(self.typed.pop(0))
            if self.leaving and self.online and not self.outbox and not self.asked:
                self.stop(0)

    # Les deux autres fils / The two other threads

    def keyboard(self):
        for line in sys.stdin:
            self.events.put((self.typed.append, line.rstrip("\r\n")))
        self.events.put((self.typed.append, "/quit"))

    def network(self):
        """Une connexion, du début à la fin. / One connection, from its beginning to its end."""
        reason = "la connexion est fermée"
        try:
            with socket.create_connection((self.options.host, self.options.port), timeout=10) as sock:
                if self.options.tls:  # le certificat est vérifié / the certificate is checked
                    context = ssl.create_default_context(cafile=self.options.ca)
                    sock = context.wrap_socket(sock, server_hostname=self.options.host)
                self.events.put((self.connected, sock))
                self.read_lines(sock)
        except OSError as error:
            reason = error
        self.events.put((self.disconnected, reason))

    def read_lines(self, sock):
        rest = b""
        while len(rest) < LINE_MAX:
            select.select([sock], [], [])
            with self.lock:
                sock.setblocking(False)
                try:
                    part = sock.recv(65536)
                except (BlockingIOError, ssl.SSLWantReadError):
                    continue  # rien d'entier pour l'instant / nothing whole yet
                finally:
                    sock.setblocking(True)
            if not part:
                return
            # Un paquet contient un morceau de ligne, ou plusieurs lignes : le \n les sépare.
            # A packet has a part of a line, or several lines: the \n separates them.
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                self.events.put((self.receive, line))

    def later(self, seconds, action, *args):
        timer = threading.Timer(seconds, self.events.put, [(action, *args)])
        timer.daemon = True
        timer.start()

    # La connexion / The connection

    def connected(self, sock):
        self.sock = sock
        if self.phase != "questions":
            self.sign_in()

    def disconnected(self, reason):
        wait = self.back_off()
        for request in self.asked.values():  # une commande n'est pas renvoyée / not sent again
            if request["type"] == "message" and "nonce" not in request:
                show(f"! sans réponse : {request['content']}")
        if self.phase == "login" and self.name:
            self.phase = "chat"
        self.sock, self.online, self.asked, self.catching, self.moving = None, False, {}, 0, False
        show(f"! {reason} ; nouvel essai dans {wait:.0f} s")
        self.later(wait, start, self.network)

    def back_off(self):
        # 1, 2, 4 … 60 s, et une part de hasard : toute la classe ne revient pas au même instant.
        # 1, 2, 4 … 60 s, and a random part: the class does not return at the same moment.
        wait = self.wait * random.uniform(1, 1.5)
        self.wait = min(60, 2 * self.wait)
        return wait

    def ask(self, **request):
        """Envoie une requête avec un ref : elle aura exactement une réponse.
        Sends a request with a ref: it gets exactly one answer."""
        ref = request.get("nonce") or uuid.uuid4().hex
        self.asked[ref] = request
        try:
            with self.lock:
                self.sock.sendall(json.dumps({**request, "ref": ref}).encode("utf-8") + b"\n")
        except (OSError, AttributeError):
            pass  # Le fil du réseau le remarque aussi. / The network thread notices as well.

    def again(self, sock, request):
        if request and sock is self.sock:
            self.ask(**request)

    # Entrer / Logging in

    def question(self):
        self.phase = "questions"
        show(("Nom : ", "Mot de passe : ", "Nouveau compte ? (o/n) : ")[len(self.answers)], end="")

    def sign_in(self):
        self.phase, self.online = "login", False
        if self.sock:
            kind = "register" if self.new else "login"
            self.ask(type=kind, username=self.answers[0], password=self.answers[1])

    def signed_in(self, name):
        self.phase, self.name = "chat", name  # le nom que donne le serveur / the server's spelling
        if self.channel != GENERAL:
            self.ask(type="join", channel=self.channel)
        self.ask(type="users")
        for channel in self.last:
            self.ask_history(channel=channel, after=self.last[channel])
        # Le premier message privé est peut-être déjà enregistré. / It may be stored already.
        if self.outbox and "to" in self.outbox[0]:
            self.ask_history(**{"with": self.outbox[0]["to"]})

    def ask_history(self, **which):
        self.catching += 1
        self.ask(type="history", **{key: value for key, value in which.items() if value is not None})

    def history(self, messages, more, request):
        for message in messages:
            self.message(message, hidden="with" in request)
        if "channel" in request:
            ids = [message["id"] for message in messages]
            self.last[request["channel"]] = last = max(ids, default=request.get("after", 0))
            if more and last > request.get("after", last):
                self.ask_history(channel=request["channel"], after=last)
        self.catching -= 1
        if self.catching == 0 and not self.online:
            self.online, self.wait = True, FIRST_WAIT
            self.send_first()

    # Le clavier / The keyboard

    def take(self, line):
        private = re.fullmatch(r'/(?:msg|mp) +(?:"([^"]+)"|(\S+)) +(.+)', line)
        if line == "/quit":
            self.leaving = True
            self.later(0 if self.phase == "questions" else 10, self.stop, 0)
        elif self.phase == "questions":
            self.answers.append(line)
            if len(self.answers) < 3:
                return self.question()
            self.new = self.answers[2].lower().startswith("o")
            self.sign_in()
        elif private:
            self.say(to=private[1] or private[2], content=private[3])
        elif not re.match(r"/[^\W\d_]", line):
            if line.strip():
                self.say(channel=self.channel, content=line)
        elif not self.sock:
            show("! hors ligne : la commande n'est pas envoyée")
        elif line == "/users":
            self.ask(type="users")
        else:
            # Le serveur exécute la commande. whoami dit ensuite dans quel salon nous sommes.
            # The server runs the command. Then whoami says in which channel we are.
            self.ask(type="message", channel=self.channel, content=line)
            self.where()

    def where(self):
        self.moving = True
        self.ask(type="whoami")

    def say(self, **message):
        # Le serveur ne renvoie pas un message à son auteur : on l'affiche une fois, ici. Le nonce
        # le fait reconnaître s'il revient par l'historique.
        # The server does not echo a message to its author: it is shown once, here. The nonce
        # identifies it if it comes back in the history.
        self.display({"from": self.name, "subtype": "private" if "to" in message else "global", **message})
        self.outbox.append({"type": "message", **message, "nonce": uuid.uuid4().hex})
        if len(self.outbox) == 1:
            self.send_first()

    def send_first(self):
        if self.online and self.outbox:
            self.ask(**self.outbox[0])

    def done(self, nonce):
        """Le premier message est enregistré, ou abandonné. / The first message is stored or given up."""
        if nonce and self.outbox and self.outbox[0]["nonce"] == nonce:
            del self.outbox[0]
            self.send_first()

    # Ce que dit le serveur / What the server says

    def receive(self, data):
        try:
            line = json.loads(data.decode("utf-8", "replace"))
            request = self.asked.pop(line.get("ref"), {})
            if request.get("type") == "whoami":
                self.moving = False
            self.dispatch(line, request)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            show(f"! ligne incomprise : {error!r}")

    def dispatch(self, line, request):
        match line["type"]:
            case "register":
                self.new = False
                self.sign_in()
            case "login":
                self.signed_in(line["username"])
            case "message":
                self.message(line)
            case "ack":
                self.seen |= {line.get("id"), (self.name, repr(request.get("nonce")))}
                self.done(request.get("nonce"))
            case "history":
                self.history(line["messages"], line.get("more"), request)
            case "whoami":
                self.channel = line["channel"]
                self.last = {name: self.last.get(name) for name in line["channels"]}
                for name in self.last:
                    if self.last[name] is None:
                        self.ask_history(channel=name)
            case "users":
                states = line.get("states") or {}
                show("* en ligne : " + ", ".join(
                    f"{name} ({states[name]})" if name in states else name for name in line["users"]))
            case "status":
                words = {"online": "est en ligne", "offline": "est parti"}
                show(f"* {line['user']} {words.get(line['state'], ': ' + line['state'])}")
            case "system":
                self.notice(line)
            case "error":
                self.failed(line, request)
            # Un type inconnu est ignoré. / An unknown type is ignored.

    def message(self, line, hidden=False):
        id, nonce, channel = line.get("id"), line.get("nonce") or line.get("cid"), line.get("channel")
        if channel and self.online:  # sinon l'historique n'est pas encore lu / not caught up yet
            self.last[channel] = max(self.last.get(channel) or 0, id or 0)
        keys = {id, nonce and (line["from"], repr(nonce))} - {None}
        is_mine = line["from"] == self.name and nonce in [message["nonce"] for message in self.outbox]
        if not hidden and not is_mine and not keys & self.seen:
            self.display(line)
        if not hidden:
            self.seen |= keys
        if is_mine:
            self.done(nonce)

    def display(self, line):
        where = f"[{line['channel']}] " if line.get("channel", self.channel) != self.channel else ""
        where = "[privé] " if line.get("subtype") == "private" else where
        show(f"{where}<{line['from']}> {line['content']}")

    def notice(self, line):
        show(f"* {line['content']}")
        if line.get("code") == "expelled":
            self.where()
        elif line.get("code") in ("kicked", "banned"):
            self.stop(1)  # ne pas revenir de soi-même / do not come back without being asked

    def failed(self, line, request):
        # Sans ref : les réponses viennent dans l'ordre. / Without ref: replies come in order.
        if not request and self.asked:
            request = self.asked.pop(next(iter(self.asked)))
        code, nonce = line.get("code"), request.get("nonce")
        action = ACTION_OF.get(code, "show")
        text = f"! {line.get('message')} ({code})"
        if action == "wait":
            wait = float(line.get("retry_after") or self.back_off())
            wait = max(1, min(wait, 86400)) + random.random() / 2
            if code == "too_many_connections":  # elle va se fermer / it will close
                self.wait = max(self.wait, wait)
            show(f"{text} ; nouvel essai dans {wait:.0f} s")
            self.later(wait, self.again, self.sock, request)
            return
        show(text)
        if action == "stop":
            self.stop(1)
        if action == "reconnect":
            return
        if request.get("type") in ("register", "login"):
            self.answers = []
            self.question()
        elif request.get("type") == "history":
            self.last.pop(request.get("channel"), None)
            self.history([], False, {})
        elif request.get("type") == "join":
            self.where()
        elif action in ("login", "join") and nonce and nonce != self.retried:
            self.retried = nonce
            if action == "login":
                self.sign_in()
            else:
                self.ask(type="join", channel=request.get("channel", self.channel))
                self.send_first()
        else:
            self.done(nonce)

    def stop(self, code):
        if self.outbox:
            show(f"! {len(self.outbox)} message(s) non envoyé(s)")
        os._exit(code)  # Le fil du clavier attend peut-être encore. / The keyboard thread may wait.


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Un client de ClassCord / A client for ClassCord")
    parser.add_argument("host", nargs="?", default="127.0.0.1")
    parser.add_argument("port", nargs="?", type=int, default=12345)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--ca", metavar="FILE")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C termine aussitôt / ends at once
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    Client(parser.parse_args()).run()

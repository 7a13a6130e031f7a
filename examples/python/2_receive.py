"""Étape 2 : recevoir dans un fil d'exécution pendant que l'utilisateur tape.
Step 2: receive in a thread while the user types.

    python3 2_receive.py [HOST [PORT]]
"""
import json
import os
import socket
import sys
import threading

host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 12345
sock = socket.create_connection((host, port))
lines = sock.makefile("r", encoding="utf-8")


def send(**request):
    sock.sendall(json.dumps(request).encode("utf-8") + b"\n")


def log_in():
    """Entre avec un compte et rend le nom que donne le serveur. / Logs in, returns the name."""
    while True:
        name = input("Nom : ")
        password = input("Mot de passe : ")
        requests = ["login"]
        if input("Nouveau compte ? (o/n) : ") == "o":
            requests.insert(0, "register")
        for request in requests:
            send(type=request, username=name, password=password, ref=request)
            # Avant d'entrer, on ne reçoit que des réponses. / Before login: replies only.
            line = lines.readline()
            if line == "":
                sys.exit("! Le serveur a fermé la connexion.")
            reply = json.loads(line)
            if reply["type"] == "error":
                print(f"! {reply['message']} ({reply['code']})", flush=True)
                break
        else:
            return reply["username"]


def show(line):
    """Affiche une ligne du serveur. / Shows a line of the server."""
    match line.get("type"):
        case "message" if line.get("subtype") == "private":
            print(f"[privé] <{line['from']}> {line['content']}", flush=True)
        case "message":
            print(f"<{line['from']}> {line['content']}", flush=True)
        case "users":
            print("* en ligne :", ", ".join(line["users"]), flush=True)
        case "status" if line["state"] == "online":
            print(f"* {line['user']} est en ligne", flush=True)
        case "status" if line["state"] == "offline":
            print(f"* {line['user']} est parti", flush=True)
        case "status":
            print(f"* {line['user']} : {line['state']}", flush=True)
        case "system":
            print(f"* {line['content']}", flush=True)
        case "error":
            print(f"! {line['message']} ({line['code']})", flush=True)
        # Un type inconnu est ignoré : le serveur peut en avoir de nouveaux.
        # An unknown type is ignored: the server may have new ones.


def receive():
    """Le travail du second fil. / What the second thread does."""
    for line in lines:
        show(json.loads(line))
    print("* la connexion est fermée", flush=True)
    os._exit(0)  # Le fil principal attend le clavier. / The main thread waits for the keyboard.


name = log_in()
receiver = threading.Thread(target=receive)
receiver.start()
send(type="users", ref="users")
for text in sys.stdin:
    text = text.rstrip("\n")
    if text == "/quit":
        break
    # Le serveur ne renvoie jamais un message à son auteur : on l'affiche soi-même.
    # The server never sends a message back to its author: the client shows it.
    if text and not text.startswith("/"):
        print(f"<{name}> {text}", flush=True)
    send(type="message", content=text)
# On ne ferme que l'envoi : le serveur traite tout, puis ferme à son tour.
# This closes sending only: the server handles everything, then closes its side.
sock.shutdown(socket.SHUT_WR)
receiver.join()

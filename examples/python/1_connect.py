"""Étape 1 : se connecter, créer un compte, entrer, voir qui est là, envoyer un message.
Step 1: connect, create an account, log in, see who is here, send one message.

    python3 1_connect.py [HOST [PORT]]
"""
import json
import socket
import sys

host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 12345

# Le serveur n'envoie rien à la connexion : c'est au client de parler le premier.
# The server sends nothing when a client connects: the client speaks first.
sock = socket.create_connection((host, port))
lines = sock.makefile("r", encoding="utf-8")


def ask(**request):
    """Envoie une requête et attend sa réponse. / Sends a request and waits for its reply."""
    # Un objet JSON par ligne. json.dumps protège " et \, et écrit é sous la forme \u00e9.
    # One JSON object per line. json.dumps escapes " and \, and writes é as \u00e9.
    request["ref"] = request["type"]
    sock.sendall(json.dumps(request).encode("utf-8") + b"\n")
    for line in lines:
        reply = json.loads(line)
        # D'autres lignes peuvent arriver avant. La réponse porte le ref de la requête.
        # Other lines may arrive first. The reply has the ref of the request.
        if reply.get("ref") == request["ref"] or reply.get("type") == "error":
            if reply["type"] == "error":
                print(f"! {reply['message']} ({reply['code']})")
            return reply
    sys.exit("! Le serveur a fermé la connexion.")


while True:
    name = input("Nom : ")
    password = input("Mot de passe : ")
    if input("Nouveau compte ? (o/n) : ") == "o":
        # register crée le compte, mais ne fait pas entrer. / register does not log in.
        if ask(type="register", username=name, password=password)["type"] == "error":
            continue
    reply = ask(type="login", username=name, password=password)
    if reply["type"] == "login":
        break  # Après une erreur, on recommence sur la même connexion. / Else try again.

# Le nom à utiliser est celui que donne le serveur. / The name is the one that the server gives.
print(f"* vous êtes {reply['username']}")
reply = ask(type="users")
print("* en ligne :", ", ".join(reply.get("users", [])))
reply = ask(type="message", content=input("Message : "))
if reply["type"] == "ack":  # l'acquittement / the acknowledgement
    print(f"* message enregistré sous le numéro {reply.get('id')}")

#!/bin/sh
# Makes the certificates of the NATS servers of a cluster: an authority, and a certificate and a key for each machine.
set -eu
umask 077

DAYS=3650

if [ $# -eq 0 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  cat <<'END'
Usage: sh certificates.sh NAME...

Makes a certificate for each machine, in the current directory. A NAME is what the other machines and ClassCord use
to reach the NATS server there: a host name or an IPv4 address.

  ca.pem              the authority; every machine needs it
  ca.key              its key, for further certificates: keep it secret, on none of the machines
  NAME.pem NAME.key   for the machine with this name

An authority that is there already is used again. All of them are valid for ten years.
END
  exit 2
fi

fail() {
  echo "certificates.sh: $1" >&2
  exit 1
}

# openssl reports its progress on the error output, so that is shown only if it fails.
quietly() {
  messages=$("$@" 2>&1) || fail "$messages"
}

command -v openssl >/dev/null || fail "expected the program openssl 3 or newer, found none: sudo apt install openssl"
for name; do
  case "$name" in
    "" | [!a-zA-Z0-9]* | *[!a-zA-Z0-9.-]*) fail "expected host names or IPv4 addresses, got \"$name\"" ;;
  esac
done

if ! [ -e ca.key ]; then
  quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days "$DAYS" -subj "/CN=ClassCord NATS" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.pem
  chmod 644 ca.pem
  echo "made ca.pem and ca.key"
elif ! [ -e ca.pem ]; then
  fail "ca.key is here, but not the ca.pem that belongs to it: copy it from one of the machines (/etc/nats/ca.pem)"
fi
for name; do
  case "$name" in
    *[!0-9.]*) alternative="DNS:$name" ;;
    *) alternative="IP:$name" ;;
  esac
  # NATS servers show it to clients, and to each other on both sides of a connection.
  printf '%s\n' "subjectAltName=$alternative" "extendedKeyUsage=serverAuth,clientAuth" \
    "keyUsage=critical,digitalSignature" "basicConstraints=critical,CA:FALSE" >"$name.ext"
  quietly openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.csr"
  quietly openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -days "$DAYS" -extfile "$name.ext" -out "$name.pem"
  rm "$name.ext" "$name.csr"
  chmod 644 "$name.pem"
  echo "made $name.pem and $name.key"
done

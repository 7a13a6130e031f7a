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

if ! [ -e ca.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days "$DAYS" -subj "/CN=ClassCord NATS" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.pem 2>/dev/null
  chmod 644 ca.pem
  echo "made ca.pem and ca.key"
fi
for name; do
  case "$name" in
    *[!0-9.]*) alternative="DNS:$name" ;;
    *) alternative="IP:$name" ;;
  esac
  # NATS servers show it to clients, and to each other on both sides of a connection.
  printf '%s\n' "subjectAltName=$alternative" "extendedKeyUsage=serverAuth,clientAuth" \
    "keyUsage=critical,digitalSignature" "basicConstraints=critical,CA:FALSE" >"$name.ext"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.csr" 2>/dev/null
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -days "$DAYS" -extfile "$name.ext" -out "$name.pem" 2>/dev/null
  rm "$name.ext" "$name.csr"
  chmod 644 "$name.pem"
  echo "made $name.pem and $name.key"
done

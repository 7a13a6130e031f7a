#!/bin/sh
# ClassCord @VERSION@ as one file: this head, and behind it the Deno runtime and the program (tar, gzip).
# The first start unpacks them, checked, into a directory of the user's own; each start runs them, and removes
# what other versions unpacked there and no longer runs.
set -eu

# A server must live through a SIGHUP from its first moment on. What is ignored here stays so until it listens.
hangup=HUP
case ${1:-serve} in
  serve | -*)
    hangup=
    trap '' HUP
    ;;
esac

hash=@HASH@
skip=@SKIP@

fail() {
  echo "classcord: $1" >&2
  exit 1
}

# Whose directory it is matters: what lies in it is run. Where root has unpacked it, everyone may run it.
usable() {
  if [ -d "$1/$hash" ]; then
    [ -O "$1" ] || [ "$(stat -c %u "$1" "$1/$hash" | uniq)" = 0 ]
  else
    mkdir -p "$1" 2>/dev/null && [ -O "$1" ] && [ -w "$1" ]
  fi
}

# cron and the like may not say where home is.
user_home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
base=
for candidate in "${CACHE_DIRECTORY:-}" "${XDG_CACHE_HOME:+$XDG_CACHE_HOME/classcord}" \
  "${user_home:+$user_home/.cache/classcord}"; do
  candidate=${candidate%%:*}
  if [ -n "$candidate" ] && usable "$candidate"; then
    base=$candidate
    break
  fi
done
[ -n "$base" ] || fail "expected a directory of this user's own to unpack into; set CACHE_DIRECTORY to one."
home=$base/$hash

if [ ! -d "$home" ]; then
  new=$(mktemp -d "$base/unpacking.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  trap 'exit 1' INT TERM $hangup
  # $0 is the path the kernel was given.
  tail -c +$skip "$0" | tar -xzf - -C "$new" 2>/dev/null || fail "$0: expected a whole file, got a damaged one, or no room in $base."
  (cd "$new" && sha256sum --check --status) <<SUMS || fail "$0: expected the checksums it was built with, got others."
@CHECKS@
SUMS
  chmod 755 "$new"
  # Whoever was faster has unpacked the same.
  mv -T "$new" "$home" 2>/dev/null || [ -d "$home" ] || fail "expected to be able to write into $base."
  rm -rf "$new"
  trap - EXIT INT TERM $hangup
fi

# Whether a process runs what lies in a directory.
runs() {
  for exe in /proc/[0-9]*/exe; do
    if [ "$exe" -ef "$1/deno" ]; then return 0; fi
  done
  return 1
}

if [ -O "$base" ]; then
  for other in "$base"/*; do
    [ "$other" != "$home" ] || continue
    case ${other##*/} in
      unpacking.??????) [ -n "$(find "$other" -maxdepth 0 -mmin +60)" ] || continue ;;
      *[!0-9a-f]*) continue ;;
      ????????????????) ! runs "$other" || continue ;;
      *) continue ;;
    esac
    rm -rf "$other" 2>/dev/null || true
  done
fi

export DENO_DIR="$home/deno-cache" DENO_NO_UPDATE_CHECK=1
exec "$home/deno" run --quiet --no-config --no-lock --no-remote --no-npm @FLAGS@ "$home/classcord.js" "$@"

#!/usr/bin/env bash
# Runs a command with a PATH that contains only Node.js, npm and basic programs that every Debian has, as on a
# machine where nothing else is installed: scripts/bare.sh npx -y deno@2.9.6 task test
set -euo pipefail

# Programs of Debian's essential packages: dash, bash, coreutils, findutils, grep, sed, tar, gzip, hostname,
# libc-bin. Programs of util-linux are left out, because other systems package them differently.
essential="sh bash basename cat chgrp chmod chown comm cp cut date dd df dirname du echo env expr false find
  getconf getent grep gzip gunzip head hostname id install join kill ldd ln ls md5sum mkdir mkfifo mknod
  mktemp mv nice nl nohup nproc od paste pathchk pr printenv printf pwd readlink realpath rm rmdir sed seq
  sha256sum sleep sort split stat stdbuf stty sync tac tail tar tee test timeout touch tr true truncate tty
  uname uniq unlink wc whoami xargs yes"

bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
for program in node npm npx $essential; do
  if path=$(type -P "$program"); then ln -s "$(realpath "$path")" "$bin/$program"; fi
done
for program in node npx; do
  [ -e "$bin/$program" ] || { echo "$0: $program is not installed" >&2; exit 1; }
done
PATH="$bin" "$@"

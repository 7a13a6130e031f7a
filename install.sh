#!/bin/sh
# Installs ClassCord without the package; `./install.sh --help` says how.
set -eu
umask 022
cd "$(dirname "$0")"

usage() {
  cat <<'END'
Usage: sudo ./install.sh [--prefix DIRECTORY]
       sudo ./install.sh --uninstall [--prefix DIRECTORY]

Installs ClassCord without the Debian package. Run `npx -y deno@2.9.6 task build` first. To update, build the
new version and run install.sh again with the same --prefix: settings that you edited are kept.

As root, it installs the program, its manual pages and its completions below the prefix, and the service and
the files for fail2ban, logrotate and ufw in /etc. Then it starts the service. As an ordinary user, it installs
the program, the manual pages and the completions only.

  --prefix DIRECTORY   where the program goes, an absolute path (default: /usr/local)
  --uninstall          removes what was installed; accounts, messages, backups, logs and settings stay
  -h, --help           prints this text
END
}

fail() {
  echo "install.sh: $2" >&2
  exit "$1"
}

prefix=/usr/local
action=install
while [ $# -gt 0 ]; do
  case "$1" in
    --prefix)
      [ $# -ge 2 ] || fail 2 "--prefix: expected a directory, got nothing."
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#--prefix=} ;;
    --uninstall) action=uninstall ;;
    -h | --help)
      usage
      exit
      ;;
    *) fail 2 "expected --prefix DIRECTORY, --uninstall or --help, got $1." ;;
  esac
  shift
done
case "$prefix" in
  /*) ;;
  *) fail 2 "--prefix: expected an absolute path, got $prefix." ;;
esac

# The units have the path as it stands.
if [ "$(id -u)" = 0 ]; then
  case "$prefix" in
    *[!A-Za-z0-9/._+-]*) fail 2 "--prefix: expected a path of letters, digits and / . _ + -, got $prefix." ;;
  esac
fi

launcher=$prefix/bin/classcord
# Compiled code, which the first start keeps for the later ones.
if [ "$(id -u)" = 0 ]; then cache=/var/cache/classcord; else cache=$prefix/lib/classcord/cache; fi

units="classcord.service classcord-backup.service classcord-backup.timer classcord-logrotate.service
  classcord-logrotate.timer"
started="classcord.service classcord-backup.timer classcord-logrotate.timer"
# Where a file of dist/share goes below the prefix.
documents="man/man1/classcord.1 man/man5/classcord.toml.5 bash-completion/completions/classcord
  zsh/site-functions/_classcord fish/vendor_completions.d/classcord.fish"

put() { # source, destination, mode
  install -D -m "$3" "$1" "$2"
  echo "installed $2"
}

# A file that an administrator may have edited is never overwritten.
put_settings() { # source, destination
  if [ -e "$2" ]; then echo "kept $2"; else put "$1" "$2" 0644; fi
}

# The script that starts the program says where it and its compiled code are.
put_launcher() {
  lib=$(quoted "$prefix/lib/classcord")
  sed "s|^lib=.*|lib=$lib|; s|^cache=.*|cache=$(quoted "$cache")|" dist/program/classcord >"$launcher.new"
  chmod 0755 "$launcher.new"
  mv "$launcher.new" "$launcher"
  echo "installed $launcher"
}

# A text as a word of a shell, in the replacement of sed's s|||.
quoted() {
  printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g; s/[\\&|]/\\\\&/g")"
}

# A path as a word of a shell, quoted where it has to be.
word() {
  case "$1" in
    *[!A-Za-z0-9/._+-]*) printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf %s "$1" ;;
  esac
}

put_unit() { # name
  sed "s|/usr/bin/classcord|$prefix/bin/classcord|" "systemd/$1" >"/etc/systemd/system/$1"
  chmod 0644 "/etc/systemd/system/$1"
  echo "installed /etc/systemd/system/$1"
}

take() {
  for file; do
    if [ -e "$file" ]; then rm -f "$file" && echo "removed $file"; fi
  done
}

remove_system() {
  if [ -d /run/systemd/system ]; then
    systemctl --quiet disable --now $started || true
  fi
  for unit in $units; do take "/etc/systemd/system/$unit"; done
  take /etc/systemd/system/fail2ban.service.d/classcord.conf \
    /etc/systemd/system/nats-server.service.d/classcord.conf \
    /etc/fail2ban/jail.d/classcord.conf /etc/fail2ban/filter.d/classcord.conf \
    /etc/logrotate.d/classcord /etc/ufw/applications.d/classcord \
    /etc/sysusers.d/classcord.conf /etc/tmpfiles.d/classcord.conf
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

install_system() {
  put systemd/classcord.sysusers /etc/sysusers.d/classcord.conf 0644
  put systemd/classcord.tmpfiles /etc/tmpfiles.d/classcord.conf 0644
  systemd-sysusers classcord.conf
  systemd-tmpfiles --create classcord.conf
  "$launcher" version >/dev/null
  put_settings packaging/classcord.toml /etc/classcord/classcord.toml
  for unit in $units; do put_unit "$unit"; done
  put systemd/fail2ban-classcord.conf /etc/systemd/system/fail2ban.service.d/classcord.conf 0644
  put systemd/nats-server-classcord.conf /etc/systemd/system/nats-server.service.d/classcord.conf 0644
  put_settings fail2ban/filter.d/classcord.conf /etc/fail2ban/filter.d/classcord.conf
  put_settings fail2ban/jail.d/classcord.conf /etc/fail2ban/jail.d/classcord.conf
  put_settings logrotate/classcord /etc/logrotate.d/classcord
  put_settings ufw/classcord /etc/ufw/applications.d/classcord
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl --quiet enable $started
    systemctl restart $started
    echo "started classcord.service"
  fi
}

root=false
[ "$(id -u)" != 0 ] || root=true
if $root && [ -e /lib/systemd/system/classcord.service ]; then
  fail 1 "expected no package of ClassCord, but it is installed; remove it first: apt remove classcord"
fi

if [ "$action" = uninstall ]; then
  if $root; then remove_system; fi
  take "$launcher" "$prefix/lib/classcord/deno" "$prefix/lib/classcord/classcord.js" \
    "$prefix/share/doc/classcord/classcord.example.toml"
  rm -rf "$cache"
  rmdir "$prefix/lib/classcord" 2>/dev/null || true
  for file in $documents; do take "$prefix/share/$file"; done
  if $root; then
    for kept in /var/lib/classcord /var/log/classcord /var/backups/classcord /etc/classcord; do
      if [ -e "$kept" ]; then echo "kept $kept"; fi
    done
  fi
  exit
fi

[ -x dist/program/classcord ] || fail 1 "expected dist/program; run deno task build first."
put dist/program/deno "$prefix/lib/classcord/deno" 0755
put dist/program/classcord.js "$prefix/lib/classcord/classcord.js" 0644
mkdir -p "$prefix/bin"
put_launcher
put classcord.example.toml "$prefix/share/doc/classcord/classcord.example.toml" 0644
for file in $documents; do put "dist/share/$file" "$prefix/share/$file" 0644; done
# Compiled from another version.
rm -rf "$cache"
if $root; then
  # Versions up to 0.2.0 unpacked themselves there.
  rm -rf ~root/.cache/classcord
  install_system
else
  try="$(word "$launcher") serve --data-dir ~/classcord-data"
  # The settings in /etc/classcord name directories of the service, which uses the ports.
  if [ -e /etc/classcord ]; then
    try="$try --config $(word "$prefix/share/doc/classcord/classcord.example.toml") --port 0 --metrics-port 0"
  fi
  echo "not root: the service and the files in /etc are left out. Try: $try"
fi

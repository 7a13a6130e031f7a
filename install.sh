#!/bin/sh
# Installs ClassCord by hand, for those who do not use the package: the executable, the units, and the
# files of fail2ban, logrotate and ufw. Run `deno task build` first.
#
#   sudo ./install.sh                        everything, into /
#   ./install.sh --prefix ~/.local           the executable and its example settings only
#   sudo ./install.sh --uninstall            takes it back; accounts, messages and logs stay
set -eu
cd "$(dirname "$0")"

prefix=
action=install
while [ $# -gt 0 ]; do
  case "$1" in
    --prefix)
      [ $# -ge 2 ] || { echo "install.sh: --prefix: expected a directory, got nothing." >&2; exit 2; }
      prefix=$2
      shift
      ;;
    --uninstall) action=uninstall ;;
    *)
      echo "install.sh: expected --prefix DIRECTORY or --uninstall, got $1." >&2
      exit 2
      ;;
  esac
  shift
done

units="classcord.service classcord-backup.service classcord-backup.timer"

put() { # source, destination, mode
  mkdir -p "$(dirname "$2")"
  install -m "$3" "$1" "$2"
  echo "installed $2"
}

# Settings that an administrator may have edited are never overwritten.
put_settings() {
  if [ -e "$2" ]; then echo "kept $2"; else put "$1" "$2" 0644; fi
}

if [ "$action" = uninstall ]; then
  if [ -z "$prefix" ]; then
    systemctl disable --now classcord-backup.timer classcord.service || true
    for unit in $units; do rm -f "/etc/systemd/system/$unit"; done
    rm -f /etc/systemd/system/fail2ban.service.d/classcord.conf
    rm -f /etc/fail2ban/filter.d/classcord.conf /etc/fail2ban/jail.d/classcord.conf
    rm -f /etc/logrotate.d/classcord /etc/ufw/applications.d/classcord
    rm -f /etc/sysusers.d/classcord.conf /etc/tmpfiles.d/classcord.conf
    systemctl daemon-reload
  fi
  rm -f "${prefix:-/usr}/bin/classcord"
  echo "removed; data, logs and settings stay where they are"
  exit
fi

[ -x dist/classcord ] || { echo "install.sh: expected dist/classcord; run deno task build first." >&2; exit 1; }
put dist/classcord "${prefix:-/usr}/bin/classcord" 0755
if [ -n "$prefix" ]; then
  put classcord.example.toml "$prefix/share/doc/classcord/classcord.example.toml" 0644
  exit
fi

[ "$(id -u)" = 0 ] || { echo "install.sh: expected to be root, or --prefix." >&2; exit 1; }
put systemd/classcord.sysusers /etc/sysusers.d/classcord.conf 0644
put systemd/classcord.tmpfiles /etc/tmpfiles.d/classcord.conf 0644
systemd-sysusers classcord.conf
systemd-tmpfiles --create classcord.conf
put_settings packaging/classcord.toml /etc/classcord/classcord.toml
for unit in $units; do put "systemd/$unit" "/etc/systemd/system/$unit" 0644; done
put systemd/fail2ban-classcord.conf /etc/systemd/system/fail2ban.service.d/classcord.conf 0644
put_settings fail2ban/filter.d/classcord.conf /etc/fail2ban/filter.d/classcord.conf
put_settings fail2ban/jail.d/classcord.conf /etc/fail2ban/jail.d/classcord.conf
put_settings logrotate/classcord /etc/logrotate.d/classcord
put_settings ufw/classcord /etc/ufw/applications.d/classcord
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl enable --now classcord.service classcord-backup.timer
fi

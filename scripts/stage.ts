// Puts the files of an installation into a directory, as they lie on a system. The .deb is made of it, and
// install.sh takes its documents from it.
import { bashCompletion, fishCompletion, zshCompletion } from "./completions.ts";
import { programPage, settingsPage } from "./manual.ts";

const root = new URL("../", import.meta.url).pathname;

/** Files that are copied: where they go, what from, and their mode. */
const COPIED: readonly [to: string, from: string, mode?: number][] = [
  ["usr/bin/classcord", "dist/classcord", 0o755],
  ["lib/systemd/system/classcord.service", "systemd/classcord.service"],
  ["lib/systemd/system/classcord-backup.service", "systemd/classcord-backup.service"],
  ["lib/systemd/system/classcord-backup.timer", "systemd/classcord-backup.timer"],
  ["lib/systemd/system/fail2ban.service.d/classcord.conf", "systemd/fail2ban-classcord.conf"],
  ["usr/lib/sysusers.d/classcord.conf", "systemd/classcord.sysusers"],
  ["usr/lib/tmpfiles.d/classcord.conf", "systemd/classcord.tmpfiles"],
  ["etc/classcord/classcord.toml", "packaging/classcord.toml"],
  ["etc/fail2ban/filter.d/classcord.conf", "fail2ban/filter.d/classcord.conf"],
  ["etc/fail2ban/jail.d/classcord.conf", "fail2ban/jail.d/classcord.conf"],
  ["etc/logrotate.d/classcord", "logrotate/classcord"],
  ["etc/ufw/applications.d/classcord", "ufw/classcord"],
  ["usr/share/doc/classcord/README.md", "README.md"],
  ["usr/share/doc/classcord/PROTOCOL.md", "docs/PROTOCOL.md"],
  ["usr/share/doc/classcord/ADMIN.md", "docs/ADMIN.md"],
  ["usr/share/doc/classcord/CONFIGURATION.md", "docs/CONFIGURATION.md"],
  ["usr/share/doc/classcord/DEPLOYMENT.md", "docs/DEPLOYMENT.md"],
  ["usr/share/doc/classcord/DEPLOIEMENT.md", "docs/fr/DEPLOIEMENT.md"],
  ["usr/share/doc/classcord/PRIVACY.md", "PRIVACY.md"],
  ["usr/share/doc/classcord/CONFIDENTIALITE.md", "docs/fr/CONFIDENTIALITE.md"],
  ["usr/share/doc/classcord/classcord.example.toml", "classcord.example.toml"],
];

/** Files that are made. */
const MADE: readonly [to: string, make: () => string][] = [
  ["usr/share/man/man1/classcord.1", programPage],
  ["usr/share/man/man5/classcord.toml.5", settingsPage],
  ["usr/share/bash-completion/completions/classcord", bashCompletion],
  ["usr/share/zsh/vendor-completions/_classcord", zshCompletion],
  ["usr/share/fish/vendor_completions.d/classcord.fish", fishCompletion],
];

/** Fills a directory. */
export function stage(directory: string): void {
  for (const [to, from, mode = 0o644] of COPIED) {
    const path = parentOf(directory, to);
    Deno.copyFileSync(`${root}${from}`, path);
    Deno.chmodSync(path, mode);
  }
  for (const [to, make] of MADE) {
    Deno.writeTextFileSync(parentOf(directory, to), make(), { mode: 0o644 });
  }
}

function parentOf(directory: string, file: string): string {
  const path = `${directory}/${file}`;
  Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true, mode: 0o755 });
  return path;
}

if (import.meta.main) stage(Deno.args[0] ?? `${root}dist/root`);

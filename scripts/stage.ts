// Writes the files of an installation to a directory, at the paths they have on a system. The .deb is made from
// it.
import { writeManuals } from "./manual.ts";

const root = new URL("../", import.meta.url).pathname;

/** Files to copy: destination, source, and mode. */
const COPIED: readonly [to: string, from: string, mode?: number][] = [
  ["usr/bin/classcord", "dist/program/classcord", 0o755],
  ["usr/lib/classcord/deno", "dist/program/deno", 0o755],
  ["usr/lib/classcord/classcord.js", "dist/program/classcord.js"],
  ["lib/systemd/system/classcord.service", "systemd/classcord.service"],
  ["lib/systemd/system/classcord-backup.service", "systemd/classcord-backup.service"],
  ["lib/systemd/system/classcord-backup.timer", "systemd/classcord-backup.timer"],
  ["lib/systemd/system/classcord-logrotate.service", "systemd/classcord-logrotate.service"],
  ["lib/systemd/system/classcord-logrotate.timer", "systemd/classcord-logrotate.timer"],
  ["lib/systemd/system/fail2ban.service.d/classcord.conf", "systemd/fail2ban-classcord.conf"],
  ["lib/systemd/system/nats-server.service.d/classcord.conf", "systemd/nats-server-classcord.conf"],
  ["usr/lib/sysusers.d/classcord.conf", "systemd/classcord.sysusers"],
  ["usr/lib/tmpfiles.d/classcord.conf", "systemd/classcord.tmpfiles"],
  // This file must never change. Otherwise dpkg would ask every administrator who has edited it at each upgrade.
  ["etc/classcord/classcord.toml", "packaging/classcord.toml"],
  ["etc/fail2ban/filter.d/classcord.conf", "fail2ban/filter.d/classcord.conf"],
  ["etc/fail2ban/jail.d/classcord.conf", "fail2ban/jail.d/classcord.conf"],
  ["etc/logrotate.d/classcord", "logrotate/classcord"],
  ["etc/ufw/applications.d/classcord", "ufw/classcord"],
];

/** Documents. Their paths below /usr/share/doc/classcord are the same as here, so that links between them work. */
const DOCUMENTS: readonly string[] = [
  "README.md",
  "CHANGELOG.md",
  "PRIVACY.md",
  "SECURITY.md",
  "classcord.example.toml",
  ...documentsIn("docs"),
  ...documentsIn("monitoring"),
  ...documentsIn("nats"),
];

/** Writes the files to a directory. */
export function stage(directory: string): void {
  for (const [to, from, mode = 0o644] of COPIED) {
    const path = parentOf(directory, to);
    Deno.copyFileSync(`${root}${from}`, path);
    Deno.chmodSync(path, mode);
  }
  for (const path of DOCUMENTS) {
    const to = parentOf(directory, `usr/share/doc/classcord/${path}`);
    Deno.copyFileSync(`${root}${path}`, to);
    Deno.chmodSync(to, 0o644);
  }
  writeManuals(`${directory}/usr/share`);
  // Debian's directory for the completions of packages.
  const zsh = `${directory}/usr/share/zsh`;
  Deno.renameSync(`${zsh}/site-functions`, `${zsh}/vendor-completions`);
}

function documentsIn(directory: string): string[] {
  return [...Deno.readDirSync(`${root}${directory}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? documentsIn(`${directory}/${name}`) : [`${directory}/${name}`]
  ).sort();
}

function parentOf(directory: string, file: string): string {
  const path = `${directory}/${file}`;
  Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true, mode: 0o755 });
  return path;
}

if (import.meta.main) stage(Deno.args[0] ?? `${root}dist/root`);

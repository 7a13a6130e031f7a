// Lists the pages that exist in English and French, and extracts what both editions must have in common.

/** Pairs of an English page and its French twin. A new page needs one more row. */
export const TWINS: readonly [english: string, french: string][] = [
  ["README.md", "docs/fr/README.md"],
  ["PRIVACY.md", "docs/fr/CONFIDENTIALITE.md"],
  ["SECURITY.md", "docs/fr/SECURITE.md"],
  ["docs/ADMIN.md", "docs/fr/ADMINISTRATION.md"],
  ["docs/CLIENT.md", "docs/fr/CLIENT.md"],
  ["docs/CLUSTER.md", "docs/fr/CLUSTER.md"],
  ["docs/CONFIGURATION.md", "docs/fr/CONFIGURATION.md"],
  ["docs/DEPLOYMENT.md", "docs/fr/DEPLOIEMENT.md"],
  ["docs/DOCKER.md", "docs/fr/DOCKER.md"],
  ["docs/FIREWALL.md", "docs/fr/PARE-FEU.md"],
  ["docs/LDAP.md", "docs/fr/LDAP.md"],
  ["docs/LESSON.md", "docs/fr/COURS.md"],
  ["docs/MONITORING.md", "docs/fr/SUPERVISION.md"],
  ["docs/PROXIES.md", "docs/fr/PROXYS.md"],
  ["docs/TLS.md", "docs/fr/TLS.md"],
  ["docs/USING.md", "docs/fr/UTILISATION.md"],
  ["docs/WEB.md", "docs/fr/WEB.md"],
];

/** Returns a page without its code blocks. */
function prose(page: string): string {
  return page.replace(/^```[^]*?^```$/gm, "");
}

/**
 * Returns the headings of a page in order, each as its level and its code spans. Other text is omitted, because it is
 * translated.
 */
export function headingsOf(page: string): string[] {
  return [...prose(page).matchAll(/^(#+) (.+)$/gm)].map(([, level, text]) => {
    const code = [...text!.matchAll(/`[^`]+`/g)].map(([span]) => span);
    return [level, ...code].join(" ");
  });
}

/** Returns the tables of a page, as the number of cells in each row. */
export function tablesOf(page: string): string[] {
  return [...prose(page).matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([table]) =>
    table.trim().split("\n").map((row) => row.replace(/`[^`]*`/g, "").split("|").length - 2).join(
      ",",
    )
  );
}

/**
 * Returns the code blocks of a page: the language, and the lines without comments. A `text` block is a picture, whose
 * words may be translated.
 */
export function blocksOf(page: string): string[] {
  return [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, language = "", text = ""]) => {
    if (language === "text") return "text";
    const lines = text.split("\n")
      .map((line) => language === "console" ? line : line.replace(COMMENT, ""))
      .filter((line) => line !== "");
    return [language, ...lines].join("\n");
  });
}

const COMMENT = /(?:^|\s+)(?:#|\/\/) .*$/;

/** Returns the commands that a page runs on a machine that a test boots; see `tests/package/guide.ts`. */
export function machinesOf(page: string): string[] {
  return [...page.matchAll(/^(?:<!-- machine: .+ -->|```console)$/gm)].map(([line]) => line);
}

// The texts of docs/fr/CONFIGURATION.md: the introduction, and a French description of every setting.
import { expectedInFrench } from "./french_values.ts";
import { FRENCH_SETTINGS } from "./french_settings.ts";
import type { PageTexts } from "./page.ts";

const HEAD = `# Configuration

<!-- Produit par \`deno task docs\` à partir de scripts/configuration. Modifiez les textes là-bas. -->

En anglais : [CONFIGURATION.md](../CONFIGURATION.md).

Le serveur cherche chaque réglage à quatre endroits et retient la première valeur trouvée :

1. une **option** de la ligne de commande, comme \`--port 4000\`
2. l’**environnement**, comme \`CLASSCORD_SERVER_PORT=4000\`
3. un **fichier TOML** : celui que désigne \`--config FICHIER\` ou \`CLASSCORD_CONFIG\`, sinon
   \`/etc/classcord/classcord.toml\` s’il existe
4. la **valeur par défaut**

\`\`\`toml
[server]
port = 4000

[auth]
registration = false
\`\`\`

[classcord.example.toml](../../classcord.example.toml) contient toutes les clés avec leur valeur par défaut.
\`classcord config\` affiche les réglages en vigueur et l’origine de chaque valeur ; \`classcord config --example\` affiche
le fichier d’exemple.

Si une clé est inconnue ou une valeur incorrecte, le serveur ne démarre pas. Il s’arrête avec le code 78 et affiche une
ligne par erreur : le fichier, la clé, ce qui était attendu et ce qui a été trouvé. Une variable d’environnement inconnue
qui commence par \`CLASSCORD_\` provoque un avertissement dans le journal. Dans les options et dans l’environnement, les
éléments d’une liste sont séparés par des virgules.

\`classcord reload\`, \`systemctl reload classcord\` et SIGHUP relisent les réglages et rouvrent le journal. En cas
d’erreur, rien ne change : la réponse et le journal disent pourquoi. Certains réglages ne prennent effet qu’au démarrage
suivant : cette page les signale, et le rechargement les nomme.
`;

/** The texts of the French page. */
export const french: PageTexts = {
  head: HEAD,
  labels: {
    default: "Par défaut",
    expected: "Valeur attendue",
    flag: "Option",
    environment: "Environnement",
  },
  colon: " : ",
  restart: "Une modification prend effet au démarrage suivant.",
  section: textOf,
  setting: textOf,
  expected: expectedInFrench,
  channelTables:
    "Un salon qui existe toujours. Le fichier peut contenir plusieurs de ces tables, après toutes les " +
    "sections. Si vous retirez une table, le salon reste tel qu’il était ; `classcord channel` le modifie ou le " +
    "supprime. Ces tables ne se définissent que dans le fichier de configuration. À chaque démarrage et à chaque " +
    "rechargement, elles l’emportent sur le contenu de la base.",
};

function textOf(path: string): string {
  const text = FRENCH_SETTINGS[path];
  if (text === undefined) throw new Error(`Expected a French description of ${path}, got none.`);
  return text;
}

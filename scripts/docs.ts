// Generates the documents that are made from the source. Run `deno task docs` after you change a setting, a metric
// or a panel.
import { exampleToml } from "../lib/ops/config/document.ts";
import { english } from "./configuration/english.ts";
import { french } from "./configuration/french.ts";
import { configurationPage } from "./configuration/page.ts";
import { consolePicture } from "./console_picture.ts";
import { metricsPage } from "./metrics_page.ts";
import { dashboardJson } from "./monitoring/dashboard.ts";

/** The generated files, by path from the root of the repository. */
export const GENERATED: Record<string, () => string> = {
  "classcord.example.toml": exampleToml,
  "docs/CONFIGURATION.md": () => configurationPage(english),
  "docs/fr/CONFIGURATION.md": () => configurationPage(french),
  "docs/METRICS.md": metricsPage,
  "docs/images/console.svg": consolePicture,
  "monitoring/grafana/dashboards/classcord.json": dashboardJson,
};

if (import.meta.main) {
  for (const [path, make] of Object.entries(GENERATED)) {
    Deno.writeTextFileSync(new URL(`../${path}`, import.meta.url), make());
  }
}

// The bill of materials of a release.
import assert from "node:assert/strict";
import { billOfMaterials } from "../../scripts/sbom.ts";

Deno.test("the bill of materials has what the program is built from, and no test tools", () => {
  const lock = {
    npm: {
      "@a/b@1.0.0": { integrity: "sha512-AAEC", dependencies: ["c"] },
      "c@2.0.0_d@1": { integrity: "sha512-AAEC" },
      "fast-check@4.0.0": { integrity: "sha512-AAEC" },
    },
  };
  const imports = { "@a/b": "npm:@a/b@1.0.0", "fast-check": "npm:fast-check@4.0.0" };
  const { components } = billOfMaterials(lock, imports) as { components: { name: string }[] };
  assert.deepEqual(components.slice(1), [
    {
      type: "library",
      name: "@a/b",
      version: "1.0.0",
      purl: "pkg:npm/%40a/b@1.0.0",
      hashes: [{ alg: "SHA-512", content: "000102" }],
    },
    {
      type: "library",
      name: "c",
      version: "2.0.0",
      purl: "pkg:npm/c@2.0.0",
      hashes: [{ alg: "SHA-512", content: "000102" }],
    },
  ]);
});

// Tests of the configuration pages: the French descriptions are those of the settings that exist.
import assert from "node:assert/strict";
import { CHANNEL_KEYS, CHANNEL_TABLE } from "../../lib/ops/config/channels.ts";
import { allSettings, SECTIONS } from "../../lib/ops/config/schema.ts";
import { FRENCH_SETTINGS } from "../../scripts/configuration/french_settings.ts";
import { expectedInFrench } from "../../scripts/configuration/french_values.ts";

/** Paths of all settings, with what each accepts. */
function described(): Map<string, string> {
  return new Map([
    ...allSettings().map(({ section, key, setting }) =>
      [`${section}.${key}`, setting.expected] as const
    ),
    ...CHANNEL_KEYS.map(({ key, expected }) => [`${CHANNEL_TABLE}.${key}`, expected] as const),
  ]);
}

Deno.test("every setting and section has a French description, and no other has", () => {
  const paths = [...Object.keys(SECTIONS), ...described().keys()];
  assert.deepEqual(Object.keys(FRENCH_SETTINGS).sort(), paths.sort());
  for (const [path, text] of Object.entries(FRENCH_SETTINGS)) assert.match(text, /\.$/, path);
});

Deno.test("what each setting accepts has French words", () => {
  for (const [path, expected] of described()) {
    const french = expectedInFrench(expected);
    assert.notEqual(french, expected, path);
    assert.doesNotMatch(french, /\b(or|of|from|list|such as)\b|\$\d/, path);
  }
  assert.equal(
    expectedInFrench("a whole number of bytes from 256 to 16777216, or 0 for no limit"),
    "un nombre entier de 256 à 16777216 (octets), ou 0 pour ne pas limiter",
  );
  assert.throws(() => expectedInFrench("a colour"), /a French translation, got "a colour"/);
  assert.throws(() => expectedInFrench("a whole number of apples from 1 to 2"), /apples/);
});

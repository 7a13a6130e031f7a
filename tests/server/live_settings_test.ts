// Tests of the settings in force: what a reload applies at once, and what it only reports.
import assert from "node:assert/strict";
import { createLiveSettings } from "../../lib/server/live_settings.ts";
import { Admission } from "../../lib/net/admission.ts";
import { RateLimit } from "../../lib/chat/limits/rate_limit.ts";
import { allSettings, buildConfig, defaultConfig } from "../../lib/ops/config/schema.ts";

const defaults = defaultConfig();

Deno.test("a setting that needs a restart is named at each reload and keeps its value", () => {
  const settings = createLiveSettings(defaults, {});
  const wanted = { ...defaults, server: { ...defaults.server, port: 4000 } };
  for (let times = 0; times < 2; times++) {
    assert.deepEqual(settings.apply(wanted), { changed: [], needsRestart: ["server.port"] });
    assert.equal(settings.config.server.port, defaults.server.port);
  }
  assert.deepEqual(settings.apply(defaults), { changed: [], needsRestart: [] });
});

Deno.test("every setting is either applied at once or named as needing a restart", () => {
  const other = buildConfig(({ setting }) => {
    const value = setting.default;
    if (typeof value === "boolean") return !value;
    if (typeof value === "number") return value + 1;
    return Array.isArray(value) ? ["10.0.0.0/8"] : undefined;
  });
  const { changed, needsRestart } = createLiveSettings(defaults, {}).apply(other);
  const differing = allSettings().filter(({ section, key }) => {
    const of = (config: unknown) =>
      (config as Record<string, Record<string, unknown>>)[section]![key];
    return JSON.stringify(of(defaults)) !== JSON.stringify(of(other));
  });
  assert.ok(differing.length > 15);
  for (const { section, key, setting } of differing) {
    const name = `${section}.${key}`;
    assert.equal(needsRestart.includes(name), setting.restart === true, name);
    assert.equal(changed.includes(name), setting.restart !== true, name);
  }
});

Deno.test("after a reload every view is the same as after a start with those settings", () => {
  const other = buildConfig(({ setting }) => {
    const value = setting.default;
    if (typeof value === "boolean") return !value;
    return typeof value === "number" ? value * 3 + 1 : undefined;
  });
  const { config: _config, texts: _texts, apply, ...held } = createLiveSettings(defaults, {});
  const { requests } = held.limits;
  const { joins } = held.addresses;
  apply(other);
  const { config: _other, texts: _others, apply: _apply, ...wanted } = createLiveSettings(
    other,
    {},
  );
  const figures = (views: object) => JSON.parse(JSON.stringify(views));
  assert.deepEqual(figures(held), figures(wanted));
  assert.notDeepEqual(figures(held.limits), figures(createLiveSettings(defaults, {}).limits));
  assert.deepEqual([requests, joins], [wanted.limits.requests, wanted.addresses.joins]);
});

Deno.test("code that reads a limit gets the new value without being notified", () => {
  const settings = createLiveSettings(defaults, {});
  const admission = new Admission(settings.admission);
  const rate = new RateLimit(settings.limits.requests, 0);
  const { access, accounts, limits } = settings;
  assert.equal(admission.admit("10.0.0.5"), undefined);
  assert.ok(access.mayScrape("127.0.0.1"));
  settings.apply({
    ...defaults,
    limits: {
      ...defaults.limits,
      connections: 1,
      messages_per_second: 1,
      burst: 1,
      content_bytes: 5,
      outbox_bytes: 70_000,
    },
    auth: { ...defaults.auth, password_min: 12, registration: false },
    metrics: { ...defaults.metrics, scrape_from: ["10.0.0.0/8"] },
  });
  assert.equal(admission.admit("10.0.0.5"), "connections");
  assert.ok(rate.take(0).allowed);
  assert.ok(!rate.take(0).allowed);
  assert.deepEqual([access.mayScrape("127.0.0.1"), access.mayScrape("10.1.2.3")], [false, true]);
  assert.deepEqual({ ...accounts }, { passwordMin: 12 });
  assert.equal(limits.contentBytes, 5);
  assert.equal(settings.connections.outboxBytes, 70_000);
});

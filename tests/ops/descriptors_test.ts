// Tests of the limit of file descriptors: how it is read, what it allows, and what is told of it.
import assert from "node:assert/strict";
import { createLiveSettings } from "../../lib/server/live_settings.ts";
import { defaultConfig } from "../../lib/ops/config/schema.ts";
import {
  connectionCeiling,
  createAcceptReport,
  descriptorWarning,
  parseDescriptorLimit,
  readDescriptorLimit,
} from "../../lib/ops/descriptors.ts";

Deno.test("the limit in force is read, not the one it could be raised to", () => {
  const limits = [
    "Limit                     Soft Limit           Hard Limit           Units     ",
    "Max processes             15000                15000                processes ",
    "Max open files            1024                 524288               files     ",
  ].join("\n");
  assert.equal(parseDescriptorLimit(limits), 1024);
  assert.equal(parseDescriptorLimit(limits.replace("1024  ", "unlimited")), undefined);
  assert.equal(parseDescriptorLimit(""), undefined);
});

Deno.test({
  name: "the limit of this process can be read (Linux)",
  ignore: Deno.build.os !== "linux",
  async fn() {
    assert.ok((await readDescriptorLimit())! > 0);
    assert.equal(await readDescriptorLimit(2 ** 22 + 1), undefined);
  },
});

Deno.test("a reserve is kept for the rest of the server", () => {
  assert.equal(connectionCeiling(20_000), 9_744);
  assert.equal(connectionCeiling(200), 50);
  assert.equal(connectionCeiling(1), 1);
  assert.equal(connectionCeiling(undefined), Infinity);
});

Deno.test("a warning names both numbers and what to do", () => {
  const warning = descriptorWarning(10_000, 1_024)!;
  for (const part of ["10000", "1024", "512", "LimitNOFILE", "20512"]) {
    assert.ok(warning.includes(part), `${part} in ${warning}`);
  }
  assert.match(descriptorWarning(0, 1_024)!, /no limit.*at most 256/);
  assert.equal(descriptorWarning(256, 1_024), undefined);
  assert.equal(descriptorWarning(0, undefined), undefined);
});

Deno.test("what the system allows counts before and after a reload", () => {
  const config = defaultConfig();
  const settings = createLiveSettings(config, {}, 300);
  assert.equal(settings.admission.connections, 300);
  settings.apply({ ...config, limits: { ...config.limits, connections: 50 } });
  assert.equal(settings.admission.connections, 50);
  settings.apply({ ...config, limits: { ...config.limits, connections: 0 } });
  assert.equal(settings.admission.connections, 300);
  assert.equal(createLiveSettings(config, {}).admission.connections, config.limits.connections);
});

Deno.test("failures to accept are one line a minute, which counts the others", () => {
  let now = 0;
  const lines: string[] = [];
  const report = createAcceptReport("chat", (text) => lines.push(text), () => now);
  for (let i = 0; i < 600; i++) {
    report(new Error("Too many open files (os error 24)"));
    now += 100;
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^chat: accepting failed: Error "Too many open files/);
  report("later");
  assert.match(lines[1]!, /^chat: accepting failed \(and 599 more times/);
});

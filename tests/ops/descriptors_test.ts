// Tests of lib/ops/descriptors.ts: reading the limit of file descriptors, and the reports about it.
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

Deno.test("the current limit is read, not the one to which it could be raised", () => {
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

Deno.test("some descriptors are reserved for the rest of the server", () => {
  assert.equal(connectionCeiling(20_000), 19_488);
  assert.equal(connectionCeiling(200), 100);
  assert.equal(connectionCeiling(1), 1);
  assert.equal(connectionCeiling(undefined), Infinity);
});

Deno.test("a warning has both numbers and the remedy", () => {
  const warning = descriptorWarning(10_000, 1_024)!;
  for (const part of ["10000", "1024", "512", "LimitNOFILE", "10512"]) {
    assert.ok(warning.includes(part), `${part} in ${warning}`);
  }
  assert.match(descriptorWarning(0, 1_024)!, /no limit.*at most 512/);
  assert.equal(descriptorWarning(512, 1_024), undefined);
  assert.equal(descriptorWarning(0, undefined), undefined);
});

Deno.test("the limit of the system applies before and after a reload", () => {
  const config = defaultConfig();
  const settings = createLiveSettings(config, {}, 300);
  assert.equal(settings.admission.connections, 300);
  settings.apply({ ...config, limits: { ...config.limits, connections: 50 } });
  assert.equal(settings.admission.connections, 50);
  settings.apply({ ...config, limits: { ...config.limits, connections: 0 } });
  assert.equal(settings.admission.connections, 300);
  assert.equal(createLiveSettings(config, {}).admission.connections, config.limits.connections);
});

Deno.test("failures to accept are logged once per minute, with the number of the others", () => {
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

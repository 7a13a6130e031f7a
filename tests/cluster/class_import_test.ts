// Imports of class lists while another node takes over: each is carried out once, with all of its rows.
import assert from "node:assert/strict";
import { AdminClient } from "../../lib/cli/admin/client.ts";
import { serverImporter } from "../../lib/cli/school/server.ts";
import { Client } from "../support/client.ts";
import { Cast } from "./cast.ts";
import { ask } from "./people.ts";
import { startTown } from "./town.ts";

const CHOICES = {
  dry_run: false,
  allow_admins: false,
  reset_passwords: false,
  disable_missing: true,
  confirmed: true,
  must_change: false,
};

function rowsOf(names: readonly string[]) {
  return names.map((name, at) => ({ line: at + 2, name, password: "1234", class: "1SIO" }));
}

Deno.test("rows that were sent before and after a take-over are not imported as a list", async () => {
  await using cast = await Cast.start({});
  const root = cast.operate();
  const [ada, bob] = rowsOf(["ada", "bob"]);
  await ask(cast, root, { type: "class_rows", first: true, rows: [ada, bob] });
  await ask(cast, root, { type: "class_import", ...CHOICES });
  await ask(cast, root, { type: "class_rows", first: true, rows: [ada] });
  await cast.takeOver();
  const late = await ask(cast, root, { type: "class_rows", rows: [bob] });
  assert.equal(late["reason"], "no_list");
  await cast.takeOver();
  const refused = await ask(cast, root, { type: "class_import", ...CHOICES });
  assert.equal(refused["reason"], "no_list");
  const disabled = cast.chat.accountStore.list().filter(({ disabledAt }) => disabledAt !== null);
  assert.deepEqual(disabled, []);
  await ask(cast, root, { type: "class_rows", first: true, rows: [ada] });
  assert.equal((await ask(cast, root, { type: "class_import", ...CHOICES }))["status"], "ok");
  assert.notEqual(cast.chat.accountStore.findByKey("bob")!.disabledAt, null);
});

Deno.test("an import whose leader stops while it hashes is carried out once by the next one", async () => {
  await using town = await startTown();
  const names = Array.from({ length: 24 }, (_, index) => `pupil${index}`);
  using client = await AdminClient.connect(town.servers[1]!.running.adminSocket!);
  const importer = serverImporter(client);
  await importer.send(rowsOf(names));
  let stopping: Promise<void> | undefined;
  const { status, add } = await importer.run(CHOICES, () => stopping ??= town.stopLeader());
  await stopping;
  assert.deepEqual([status, add], ["ok", names.length]);
  const audit = town.log.batches.filter(({ lead }) => lead !== undefined);
  assert.equal(audit.length, 2);
  await using operator = await Client.operator(town.servers[2]!.running.adminSocket!);
  const { users } = await operator.ask({ type: "user_list" });
  assert.equal((users as unknown[]).length, names.length);
  const { entries } = await operator.ask({ type: "audit", action: "class_import" });
  assert.equal((entries as unknown[]).length, 1);
});

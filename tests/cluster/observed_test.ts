// What a leader passes on to the logs of the nodes, and what it logs itself.
import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultConfig } from "../../lib/ops/config/schema.ts";
import type { LogLevel } from "../../lib/ops/log/log.ts";
import { createJournal } from "../../lib/ops/observers/journal.ts";
import type { ServerObserver } from "../../lib/chat/observer.ts";
import { journalOfAll, logObserved } from "../../lib/server/cluster/observed.ts";
import type { Base } from "../../lib/server/base.ts";

const PEER = { id: 2 ** 40 + 1, address: "10.0.0.5", port: 51234, secure: true };

/** A server with a log in memory. */
function makeServer(level: LogLevel = "info") {
  const lines: string[] = [];
  const log = {
    write(level: LogLevel, tag: string, said: string | { readonly text: string }) {
      lines.push(`${level} [${tag}] ${typeof said === "string" ? said : said.text}`);
    },
  };
  const config = defaultConfig();
  const settings = { config: { ...config, log: { ...config.log, level } } };
  const base = { log, watching: { journal: createJournal(log) }, settings } as unknown as Base;
  return { lines, base };
}

/** What a leader and the node of a connection log of an event. */
function tell(
  event: (journal: ServerObserver) => void,
  { isLost = false, level = "info" }: { isLost?: boolean; level?: LogLevel } = {},
) {
  const [leader, node] = [makeServer(level), makeServer()];
  event(journalOfAll(leader.base, (connection, bytes) => {
    assert.equal(connection, PEER.id);
    if (!isLost) logObserved(bytes, node.base);
    return !isLost;
  }) as ServerObserver);
  return { leader: leader.lines, node: node.lines };
}

const FAILED = 'warning [ERREUR] Problème avec 10.0.0.5 : login_failed user="ada"';

Deno.test("the node of a connection logs its events, or the leader if the node is lost", () => {
  const fail = (journal: ServerObserver) => journal.login(PEER, "ada", "failed");
  assert.deepEqual(tell(fail), { leader: [], node: [FAILED] });
  assert.deepEqual(tell(fail, { isLost: true }), { leader: [FAILED], node: [] });
});

Deno.test("what has no connection, and what the leader could not do, is in its own log", () => {
  const { leader, node } = tell((journal) => {
    journal.guessed("ada", "10.0.0.0/24", 50);
    journal.storeFailed(new Error("full"), 2);
    journal.handlerFailed(PEER, "login", new Error("full"));
  });
  assert.deepEqual([leader.length, node], [3, []]);
});

Deno.test("details are passed on only if the leader logs details", () => {
  const refuse = (journal: ServerObserver) => {
    journal.refusedRequest(PEER, "bad_json");
    journal.endedUnheard(PEER, "client");
  };
  assert.deepEqual(tell(refuse), { leader: [], node: [] });
  assert.equal(tell(refuse, { level: "debug" }).node.length, 2);
});

Deno.test("the line of a name is the same at another node, whatever the name is, and few bytes travel", () => {
  fc.assert(fc.property(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom(1, 100),
    (name, times) => {
      const [own, node] = [makeServer(), makeServer()];
      const act = {
        action: "kick",
        actor: name,
        actorAccount: 7,
        target: name.repeat(times),
        channel: null,
        reason: name,
        until: 86_400_000,
      } as const;
      const report = (journal: ServerObserver) => {
        journal.login(PEER, name.repeat(times), "throttled");
        journal.moderated(PEER, act);
        journal.stateChanged(PEER, name, name.repeat(times));
      };
      report(own.base.watching.journal);
      report(journalOfAll(own.base, (_connection, bytes) => {
        assert.ok(bytes.length < 4_000, String(bytes.length));
        logObserved(bytes, node.base);
        return true;
      }) as ServerObserver);
      assert.deepEqual(node.lines, own.lines);
    },
  ));
});

Deno.test("an event of a newer version is ignored, and one that cannot be read is reported", () => {
  const { lines, base } = makeServer();
  const log = (text: string) => logObserved(new TextEncoder().encode(text), base);
  log(JSON.stringify(["toString", PEER]));
  log(JSON.stringify(["guessed", PEER, "x", 3]));
  assert.deepEqual(lines, []);
  for (const text of ["", "{", "7", "[]x", '["moderated"]', '["login",null,"ada","failed"]']) {
    log(text);
    assert.match(lines.pop() ?? "", /^error \[ERREUR\] an event of the leader cannot be read: /);
    assert.deepEqual(lines, []);
  }
});

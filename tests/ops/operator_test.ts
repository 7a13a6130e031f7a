// Tests of lib/ops/operator.ts and lib/ops/data/export_user.ts.
import assert from "node:assert/strict";
import { formatPersonalData } from "../../lib/ops/data/export_user.ts";
import { operatorName, userName } from "../../lib/ops/operator.ts";
import { newMessage } from "../support/messages.ts";

Deno.test("the operator has the name in /etc/passwd, if there is one", () => {
  const passwd =
    "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/sh\n:x:7:7::/:\n";
  assert.equal(userName(1000, passwd), "ada");
  assert.equal(userName(0, passwd), "root");
  assert.equal(userName(10, passwd), undefined);
  assert.equal(userName(7, passwd), undefined);
  assert.equal(userName(5, ""), undefined);
  assert.match(operatorName(), /^operator:.+$/);
});

Deno.test("formatPersonalData writes JSON with readable times, and additional members unchanged", () => {
  const secret = newMessage({ subtype: "private", channel: null, recipient: "Ada", sender: "bob" });
  const text = formatPersonalData({
    account: {
      id: 1,
      name: "Ada",
      key: "ada",
      role: "member",
      createdAt: 0,
      lastLoginAt: null,
      disabledAt: null,
      externalId: "1742",
      directoryId: "0b1c",
      mustChange: false,
    },
    groups: [{ id: 1, name: "2SLAM", key: "2slam", isClass: true, createdAt: 0 }],
    visits: [{ startedAt: 0, endedAt: null }],
    networks: [{ network: "2001:db8:0:1::/64", lastLoginAt: 0 }],
    channels: [{ channel: "#dev", joinedAt: 1_000, hiddenTo: 3, maker: true, seen: 2 }],
    webSessions: [{
      id: 5,
      accountId: 1,
      tokenHash: "digest",
      client: "Firefox",
      createdAt: 0,
      lastUsedAt: 1_000,
      expiresAt: 2_000,
    }],
    conversations: [{ peer: "bob", seen: 7 }, { peer: "zoé", seen: 0 }],
    privateMessages: [{ ...secret, id: 7 }],
    undelivered: [7],
    publicMessages: [{ ...newMessage({ extra: '{"mood":"gai"}' }), id: 8 }],
    bans: [],
    mutes: [{
      key: "ada",
      name: "Ada",
      accountId: 1,
      reason: "spam",
      by: "bob",
      createdAt: 0,
      until: null,
    }],
    audit: [],
  }, 0);
  const timestamp = "2026-11-22T06:20:00.000Z";
  assert.deepEqual(JSON.parse(text), {
    exported_at: "1970-01-01T00:00:00.000Z",
    account: {
      name: "Ada",
      role: "member",
      created_at: "1970-01-01T00:00:00.000Z",
      last_login_at: null,
      disabled_at: null,
      id: "1742",
      directory_id: "0b1c",
    },
    known_networks: [{
      network: "2001:db8:0:1::/64",
      last_login_at: "1970-01-01T00:00:00.000Z",
    }],
    sessions: [{
      client: "Firefox",
      created_at: "1970-01-01T00:00:00.000Z",
      last_used_at: "1970-01-01T00:00:01.000Z",
      expires: "1970-01-01T00:00:02.000Z",
    }],
    groups: [{ name: "2SLAM", class: true }],
    visits: [{ from: "1970-01-01T00:00:00.000Z", to: null }],
    channels: [{
      channel: "#dev",
      joined_at: "1970-01-01T00:00:01.000Z",
      made_by_this_account: true,
      messages_hidden_up_to_id: 3,
      messages_read_up_to_id: 2,
    }],
    conversations: [{ with: "bob", messages_read_up_to_id: 7 }, { with: "zoé" }],
    private_messages: [
      { id: 7, timestamp, from: "bob", to: "Ada", content: "Bonjour", delivered: false },
    ],
    public_messages: [{
      id: 8,
      timestamp,
      channel: "#général",
      from: "alice",
      content: "Bonjour",
      extra: { mood: "gai" },
    }],
    sanctions: {
      bans: [],
      mutes: [{ since: "1970-01-01T00:00:00.000Z", until: null, by: "bob", reason: "spam" }],
    },
    audit: [],
  });
});

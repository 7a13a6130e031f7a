// Tests of invitations on the page: from the link to the channel, with and without an account.
import assert from "node:assert/strict";
import { AdminClient } from "../../lib/cli/admin/client.ts";
import type { TestServer } from "../support/server.ts";
import { PASSWORD, scenarios } from "./browser.ts";

const AUTH = { guests: "invite", registration: "invite" } as const;
const DEV = {
  name: "#dev",
  topic: "Java",
  roles: ["moderator" as const],
  accounts: [],
  readOnly: false,
};

async function invite(server: TestServer) {
  using operator = await AdminClient.connect(server.running.adminSocket!);
  const wanted = { uses: 2, expires: "1h", channel: "#dev", register: true };
  return await operator.ask({ type: "invite_create", ...wanted });
}

async function usesOf(server: TestServer, id: number) {
  using operator = await AdminClient.connect(server.running.adminSocket!);
  return (await operator.ask({ type: "invites", id })).invites[0]?.used;
}

scenarios("people with an invitation sign in on a page", {
  async "a guest and a new account follow the link to a restricted channel, and each is one use"(
    stage,
  ) {
    const server = await stage.serve({ auth: AUTH, channel: [DEV] });
    const { id, code } = await invite(server);
    const lea = await stage.person({ path: `/j/${code}` });
    await lea.page.getByText(lea.texts.say("door_invited_to", { channel: "#dev" })).waitFor();
    await lea.joinAs("Léa");
    await lea.say("Bonjour");
    const ada = await stage.person({ path: `/j/${code}` });
    await ada.signIn("Ada", PASSWORD, { way: "register", stay: false });
    await ada.sees("Bonjour");
    for (const { page } of [lea, ada]) assert.equal(new URL(page.url()).hash, "#/c/dev");
    await lea.page.reload();
    await lea.sees("Bonjour");
    assert.equal(await usesOf(server, id), 2);
  },

  async "a wrong code is reported, and the right one can be typed in its place"(stage) {
    const server = await stage.serve({ auth: AUTH, channel: [DEV] });
    const { code } = await invite(server);
    const lea = await stage.person({ path: "/j/000-000-000" });
    await lea.page.getByText(lea.texts.say("error_bad_invite")).waitFor();
    await lea.page.getByLabel(lea.texts.say("door_invite")).fill(code.toLowerCase());
    await lea.button(lea.texts.say("door_invite_use")).click();
    await lea.page.getByText(lea.texts.say("door_invited_to", { channel: "#dev" })).waitFor();
    await lea.joinAs("Léa");
    await lea.say("Bonjour");
    await lea.sees("Bonjour");
  },
});

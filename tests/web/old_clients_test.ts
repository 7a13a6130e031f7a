// Tests that the transcripts of the old clients hold byte for byte while a page is in the room.
import { Client } from "../support/client.ts";
import { setRole } from "../support/roles.ts";
import { runTranscript } from "../support/transcript.ts";
import { PASSWORD, type Scenario, scenarios } from "./browser.ts";

const folder = new URL("../transcripts/", import.meta.url);

/** Runs a transcript while a person reads on a page. The person is invisible, and therefore in no list. */
function beside(name: string): Scenario {
  return async (stage) => {
    const server = await stage.serve({ limits: { burst: 400 } });
    await stage.accounts("moderator", "Lectrice");
    const reader = await stage.person();
    await reader.signIn("Lectrice", PASSWORD);
    await reader.button(reader.texts.say("menu", { name: "Lectrice" })).click();
    await reader.page.getByRole("menuitemradio", { name: reader.texts.say("state_invisible") })
      .click();
    await hidden(server.port, "Lectrice");
    const text = await Deno.readTextFile(new URL(name, folder));
    await runTranscript(text, {
      port: server.port,
      cut: (bytes) => [bytes],
      setRole: (who, role) => setRole(server.dataDir, who, role),
    });
    // The page has received everything and still works.
    await reader.say("fin du cours");
    await reader.sees("fin du cours");
  };
}

/** Waits until a user is no longer listed. */
async function hidden(port: number, name: string): Promise<void> {
  await using asker = await Client.connect(port);
  for (let users: unknown = [name]; Array.isArray(users) && users.includes(name);) {
    ({ users } = await asker.ask({ type: "users" }));
  }
}

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

scenarios(
  "old clients in the room of a page",
  Object.fromEntries(
    NAMES.map((name) => [`client ${name.toUpperCase()}`, beside(`client_${name}.txt`)]),
  ),
);

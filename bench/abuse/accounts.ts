// Row 11: a guest and an account with the same name.
import { bundledProgram } from "../servers.ts";
import { type Attack, type Outcome, sleep, type Stage } from "./attack.ts";
import type { Caller } from "./caller.ts";
import { PASSWORD } from "./database.ts";

async function run(stage: Stage): Promise<Outcome> {
  const missed: string[] = [];
  const registering = await stage.call(0);
  const registered = registering.askOld({
    type: "register",
    username: "Marie",
    password: PASSWORD,
  });
  const early = await stage.call(1);
  early.send({ type: "message", from: "Marie", content: "" });
  await early.settle();
  // If the guest was first, the registration fails and the name remains the guest's.
  const isAccount = (await registered)?.["status"] === "ok";
  if (isAccount && await hears(stage, early, "Marie")) {
    missed.push("a guest got the mail of a new account");
  }

  const guest = await stage.guest(1, "Jeanne");
  await addAccount(stage.dataDir, "Jeanne");
  // The command has returned, so the name now belongs to the account.
  await sleep(200);
  if (await hears(stage, guest, "Jeanne")) missed.push("a guest got the mail of `user add`");
  const waiting = await mailOf(stage, "Jeanne");
  if (waiting < 1) missed.push("the account did not get its mail");
  [registering, early, guest].forEach((caller) => caller.close());
  return { figures: { "mail of the account": waiting }, missed };
}

const SECRET = "for the account only";

/** Whether a guest receives a message to an account with the guest's name. */
async function hears(stage: Stage, guest: Caller, to: string): Promise<boolean> {
  let heard = false;
  guest.wait((line) => {
    heard ||= line.includes(SECRET);
    return false;
  }, 2_000);
  const sender = await stage.guest(2, `writer to ${to}`);
  await sender.ask({ type: "private", to, content: SECRET });
  await guest.settle(2_000);
  sender.close();
  return heard;
}

async function mailOf(stage: Stage, username: string): Promise<number> {
  const owner = await stage.call(3);
  let letters = 0;
  owner.wait((line) => {
    letters += Number(line.includes(SECRET));
    return false;
  }, 5_000);
  await owner.askOld({ type: "login", username, password: PASSWORD });
  await owner.settle();
  await owner.settle();
  owner.close();
  return letters;
}

/** Creates an account as an administrator does while the server runs. */
async function addAccount(dataDir: string, name: string): Promise<void> {
  const { command, args } = bundledProgram();
  const child = new Deno.Command(command, {
    args: [...args, "user", "add", name, "--data-dir", dataDir],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${PASSWORD}\n`));
  await writer.close();
  const { success, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The row. */
export const naming: Attack = {
  row: "11",
  title: "a guest joins under a name that is being registered, or added by a command",
  before: "the guest keeps the name and receives the account's private messages",
  run,
};

// Row 15: presence that everyone receives: joins, leaves, states, channels.
import { atRate, type Attack, type Outcome, repeatedly, type Stage } from "./attack.ts";
import { refusalsOf } from "./caller.ts";
import { PASSWORD } from "./database.ts";

async function run(stage: Stage): Promise<Outcome> {
  const figures: Record<string, number> = {};
  const { seconds } = stage;
  let joins = 0;
  let number = 0;
  const copies = (stage.quick ? 50 : 150) * stage.addresses;
  await repeatedly(seconds, copies, async (copy) => {
    const caller = await stage.call(copy);
    caller.send(`${JSON.stringify({ type: "message", from: `j${number++}`, content: "" })}\n`);
    const answer = await caller.ask({ type: "ping" }, 5_000);
    if (answer?.["type"] === "pong" && caller.refusals.size === 0) joins++;
    caller.close();
  });
  figures["joins a second"] = Math.round(joins / seconds);

  const guests = await Promise.all(
    Array.from({ length: stage.quick ? 30 : 150 }, (_, i) => stage.guest(i, `state${i}`)),
  );
  const everyGuest = (what: (n: number) => object) => (n: number) =>
    guests.forEach((guest) => guest.send(`${JSON.stringify(what(n))}\n`));
  const states = everyGuest((n) => ({ type: "status", state: `state ${n}` }));
  await atRate(10, seconds / 2, states);
  const hidden = everyGuest((n) => ({ type: "status", state: n % 2 ? "invisible" : "online" }));
  await atRate(10, seconds / 2, hidden);
  const nicks = everyGuest((n) => ({ type: "message", content: `/nick n${n}` }));
  await atRate(10, seconds / 2, nicks);
  await Promise.all(guests.map((guest) => guest.settle()));
  Object.assign(figures, refusalsOf(guests));
  guests.forEach((guest) => guest.close());

  // One connection joins and leaves again and again without reconnecting.
  const again = await stage.call(0);
  await atRate(10, seconds / 2, (n) => {
    again.send(`{"type":"message","from":"again${n}","content":""}\n{"type":"logout"}\n`);
  });
  await again.settle();
  const member = await stage.call(0);
  await member.askOld({ type: "login", username: "user8", password: PASSWORD });
  await atRate(10, seconds / 2, (n) => {
    member.send({ type: n % 2 ? "leave" : "join", channel: "#accents" });
  });
  await member.settle();
  [again, member].forEach((caller) => caller.close());
  return { figures };
}

/** The row. */
export const joining: Attack = {
  row: "15",
  title: "joins and leaves, states, names and channels in a loop from one address",
  before: "4,662 joins a second, 70 MB/s of presence lines to 3,000 clients",
  readers: (quick) => quick ? 100 : 3_000,
  crowd: true,
  run,
};

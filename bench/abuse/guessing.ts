// Rows 12 and 13: guessing passwords, and who is affected by it.
import { type Attack, type Outcome, sleep, type Stage } from "./attack.ts";
import type { Caller, Reply } from "./caller.ts";
import { PASSWORD, TEACHER } from "./database.ts";

/** The longest wait of the owner on a network from which the owner has logged in before. */
const LONGEST_WAIT_S = 60;
const CLASS = "127.0.80.1";

async function lockOut(stage: Stage): Promise<Outcome> {
  const pupil = await stage.callFrom(CLASS);
  const teacher = await stage.callFrom(CLASS);
  const right = { type: "login", username: TEACHER, password: PASSWORD };
  await teacher.askOld(right);
  await teacher.ask({ type: "logout" });
  const guess = async (times: number) => {
    for (let i = 0; i < times; i++) await pupil.askOld({ ...right, password: `wrong${i}` });
  };
  await guess(11);
  const waits = [waitOf(await teacher.askOld(right))];
  await guess(5);
  waits.push(waitOf(await teacher.askOld(right)));
  const worst = Math.max(...waits);
  const figures: Record<string, number> = { "wait s": waits[0]!, "after early attempts s": worst };
  const missed = worst > LONGEST_WAIT_S ? [`the owner waits at most ${LONGEST_WAIT_S} s`] : [];
  if (worst > 0 && worst <= LONGEST_WAIT_S && !stage.quick) {
    await sleep(worst * 1000);
    const answer = await teacher.askOld(right);
    if (answer?.["type"] !== "login") missed.push("the owner logs in after the wait");
  }
  [pupil, teacher].forEach((caller) => caller.close());
  return { figures, missed };
}

function waitOf(answer: Reply | undefined): number {
  return Number(answer?.["retry_after"] ?? 0);
}

/** Guesses allowed per second once an address is known to guess. */
const MOST_GUESSES_PER_SECOND = 2;

async function spray(stage: Stage): Promise<Outcome> {
  const seconds = Math.max(10, stage.seconds);
  const callers = await Promise.all(Array.from({ length: 4 }, (_, i) => stage.call(i)));
  const times: number[] = [];
  let refused = 0;
  let next = 0;
  const begun = performance.now();
  const elapsed = () => (performance.now() - begun) / 1000;
  await Promise.all(callers.map(async (caller: Caller) => {
    while (elapsed() < seconds && !caller.closed) {
      const guess = { type: "login", username: `user${next++ % 1800}`, password: "1234" };
      const answer = await caller.askOld(guess, (seconds - elapsed()) * 1000);
      if (answer?.["code"] === "login_failed") times.push(elapsed());
      else if (answer !== undefined) refused++;
      await sleep(answer?.["code"] === "login_failed" ? 0 : 100);
    }
  }));
  callers.forEach((caller) => caller.close());
  const late = times.filter((time) => time > seconds / 2).length / (seconds / 2);
  return {
    figures: {
      guesses: times.length,
      refused,
      "a second, at first": Math.round(
        times.filter((time) => time < seconds / 2).length * 2 / seconds,
      ),
      "a second, at last": Math.round(late * 10) / 10,
    },
    missed: late > MOST_GUESSES_PER_SECOND
      ? [`at most ${MOST_GUESSES_PER_SECOND} guesses a second in the end`]
      : [],
  };
}

/** The rows. */
export const lockingOut: Attack = {
  row: "12",
  title: "a pupil tries the teacher's password 11 times from the class's address",
  before: "the right password is refused for 900 s, doubled by early attempts",
  run: lockOut,
};
export const spraying: Attack = {
  row: "13",
  title: "one address tries one password on every account",
  before: "14 guesses a second, never throttled",
  run: spray,
};

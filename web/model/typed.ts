// Sends lines that the user typed in the inspector, and applies their replies, which no request of the page expects.
import { signedOut } from "./entering.ts";
import { channelKey, userKey } from "./keys.ts";
import { read } from "./reading.ts";
import { failed, left, OFFLINE } from "./requests.ts";
import { changeRoom, command, isJoined, roomNamed, shownRoom, type Step } from "./step.ts";
import { type Line, textOf } from "./wire.ts";

/** Sends a typed line. The server never sends a message back to its sender, so its room is read again. */
export function sendTyped(step: Step, text: string): void {
  const line = text.replace(/\s*[\r\n]+\s*/g, " ").trim();
  if (line === "") return;
  if (step.app.link.state !== "open") return failed(step, OFFLINE, undefined);
  command(step, { type: "send_text", text: line });
  const request = parse(line);
  const type = textOf(request?.type).toLowerCase();
  if (request === undefined || (type !== "message" && type !== "private")) return;
  if (!isJoined(step)) return;
  const key = placeOf(request) ?? shownRoom(step.app)?.key;
  if (key !== undefined && step.app.rooms.get(key)?.reading === "live") read(step, key, "latest");
}

/** Applies a reply to a typed request. */
export function answeredByHand(step: Step, line: Line): void {
  if (line.status !== "ok") return;
  const channel = textOf(line.channel);
  if (line.type === "logout") signedOut(step);
  else if (line.type === "leave" && channel !== "") left(step, channelKey(channel));
  else if (line.type === "join" && channel !== "") {
    const key = channelKey(channel);
    roomNamed(step, key, channel);
    changeRoom(step, key, { member: true, name: channel, topic: textOf(line.topic) });
  }
}

function placeOf({ channel, to }: Line): `#${string}` | `@${string}` | undefined {
  if (textOf(channel) !== "") return channelKey(textOf(channel));
  const name = textOf(to);
  return name === "" || name === "global" ? undefined : userKey(name);
}

function parse(text: string): Line | undefined {
  try {
    const line = JSON.parse(text);
    return typeof line === "object" && line !== null && !Array.isArray(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

// Bans names and addresses, lifts bans, and disconnects the users that a ban affects.
import { addressMatcher } from "../../net/address.ts";
import { isLoopbackRange, normalizeRange, rangeHas } from "../../net/ranges.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { quoted } from "../../protocol/phrases.ts";
import type { Ban, BanKind } from "../../store/sanctions.ts";
import { type Actor, askerOf, findTarget, requireTarget } from "../actor.ts";
import { act } from "./act.ts";
import { because, shown, untilText } from "../wording.ts";
import { disconnect, disconnectUser } from "../conversation/disconnect.ts";
import { demand, mayActOn } from "../permissions.ts";
import type { Services } from "../services.ts";
import type { Session } from "../presence/session.ts";
import { endToken } from "../web_sessions/ending.ts";

/** A ban to make. One of `user` and `address` is given. A duration of 0 means forever. */
export interface Banning {
  readonly user?: string | undefined;
  readonly address?: string | undefined;
  readonly seconds: number;
  readonly reason: string;
}

/** A ban that was made. */
export interface Banned {
  readonly ban: Ban;
  /** The address of the user who was banned by name, if online. */
  readonly from: string | undefined;
}

interface Subject {
  readonly kind: BanKind;
  readonly subject: string;
  readonly name: string;
}

/** Bans a name or an address, and closes the connections that it affects. @throws {ProtocolError} */
export function ban(actor: Actor, request: Banning, services: Services): Banned {
  const { subject, hit } = request.address === undefined
    ? findUser(actor, request.user ?? "", services)
    : findAddress(actor, request.address, services);
  const now = services.now();
  const until = request.seconds === 0 ? null : now + request.seconds * 1000;
  const { reason } = request;
  const made = act(actor, {
    action: "ban",
    target: subject.name,
    reason,
    until,
    effect: () => {
      // If the name of an account is banned, the database ends the tokens of the account with the ban itself.
      for (const { token } of hit) if (token !== undefined) endToken(token, services);
      return services.sanctions.ban({ ...subject, reason, by: actor.name, now, until });
    },
  }, services);
  if (subject.kind === "address") services.banList.reload();
  const [first] = hit;
  const from = subject.kind === "user" ? first?.peer.address : undefined;
  const text = services.texts.say("banned", {
    actor: shown(actor, services),
    time: untilText(until, now, services),
  });
  const told = { reason: "banned", text: text + because(reason, services) } as const;
  const user = subject.kind === "user" ? services.roster.find(subject.subject) : undefined;
  if (user === undefined) disconnect(hit, told, services);
  else disconnectUser(user, told, services);
  if (subject.kind === "user") services.guestTokens.endKept(subject.subject);
  return { ban: made, from };
}

/** Lifts a ban. @returns The name or address, as it is shown. @throws {ProtocolError} */
export function unban(
  actor: Actor,
  { user, address, reason }: Omit<Banning, "seconds">,
  services: Services,
): string {
  const { kind, subject } = address === undefined
    ? { kind: "user" as const, subject: nameKey(user ?? "") }
    : { kind: "address" as const, subject: requireRange(address) };
  const now = services.now();
  const found = services.sanctions.findBan(kind, subject, now);
  const target = kind === "user" ? findTarget(user ?? "", services) : undefined;
  if (target !== undefined) demand(mayActOn(actor.rank, target.rank));
  if (found === undefined) {
    throw new ProtocolError("bad_request", {
      reason: "not_banned",
      places: { name: quoted(user ?? subject) },
    });
  }
  act(actor, {
    action: "unban",
    target: found.name,
    reason,
    effect: () => {
      services.sanctions.unban(kind, subject);
    },
  }, services);
  if (kind === "address") services.banList.reload();
  return found.name;
}

function findUser(
  actor: Actor,
  name: string,
  services: Services,
): { subject: Subject; hit: Session[] } {
  const target = requireTarget(name, services);
  demand(mayActOn(actor.rank, target.rank));
  const subject = { kind: "user", subject: target.key, name: target.name } as const;
  return { subject, hit: [...target.user?.sessions ?? []] };
}

function findAddress(
  actor: Actor,
  address: string,
  services: Services,
): { subject: Subject; hit: Session[] } {
  const range = requireRange(address);
  if (isLoopbackRange(range)) {
    throw new ProtocolError("bad_request", { reason: "loopback" });
  }
  if (actor.rank !== "operator" && rangeHas(range, actor.session.peer.address)) {
    throw new ProtocolError("bad_request", { reason: "own_address", places: { range } });
  }
  const isIn = addressMatcher([range]);
  const hit = [...services.sessions].filter(({ operator, peer }) =>
    operator === undefined && isIn(peer.address)
  );
  for (const session of hit) demand(mayActOn(actor.rank, askerOf(session, services).rank));
  return { subject: { kind: "address", subject: range, name: range }, hit };
}

function requireRange(address: string): string {
  const range = normalizeRange(address);
  if (range !== undefined) return range;
  throw new ProtocolError("bad_request", { reason: "address", places: { got: quoted(address) } });
}

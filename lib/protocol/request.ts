// A line to a typed request: which requests there are, which members they take, and what is wrong
// with one that does not fit.
import type { z } from "zod";
import { ProtocolError } from "./errors.ts";
import { type JsonObject, kindOf, otherMembers, parseObject } from "./json.ts";
import { basicSchemas } from "./requests/basic.ts";
import { channelSchemas } from "./requests/channels.ts";
import { moderationSchemas } from "./requests/moderation.ts";
import { operatorSchemas } from "./requests/operator.ts";

/** Longest `ref`, in UTF-16 code units. */
const REF_MAX = 64;
const schemas = {
  ...basicSchemas,
  ...channelSchemas,
  ...moderationSchemas,
  ...operatorSchemas,
};

type Schemas = typeof schemas;

/** The types of request, as the dispatcher knows them; aliases are resolved. */
export type RequestType = keyof Schemas;

/** What every request may carry. */
export interface RequestBase {
  /** Repeated in the reply, the error or the ack. */
  readonly ref?: string;
}

/** The request of one type, its members checked. */
export type RequestOf<T extends RequestType> =
  & z.output<Schemas[T]>
  & RequestBase
  & (T extends "message" ? MessageExtras : unknown);

/** What only a message carries. */
export interface MessageExtras {
  /** The members the server does not know, as JSON object text in ASCII; they are relayed. */
  readonly extra: string | null;
}

/** Any request. */
export type Request = { [T in RequestType]: RequestOf<T> }[RequestType];

const ALIASES: ReadonlyMap<string, RequestType> = new Map([
  ["userlist", "users"],
  ["who", "users"],
  ["private", "message"],
]);

// The server's own members of a message, and the request's: what a client wrote there is not relayed.
const MESSAGE_MEMBERS: ReadonlySet<string> = new Set([
  "type",
  "subtype",
  "from",
  "to",
  "channel",
  "content",
  "timestamp",
  "id",
  "ref",
]);

/**
 * Parses and checks one line.
 *
 * @param operator Whether it comes from an operator: some requests are known to them only.
 * @throws {ProtocolError} `bad_json` for what is not a JSON object, `unknown_type`, or `bad_request`
 * naming the member, what was expected and what came. Its `ref` is the request's, if it had one.
 */
export function parseRequest(line: string, operator = false): Request {
  const object = parseObject(line);
  const ref = readRef(object);
  const type = readType(object, ref, operator);
  const members = type === "message" ? normalizeMessage(object) : withType(object, type);
  const result = schemas[type].safeParse(members);
  if (!result.success) throw describe(result.error, members, ref);
  const request = ref === undefined ? result.data : { ...result.data, ref };
  return (type === "message"
    ? { ...request, extra: otherMembers(object, MESSAGE_MEMBERS, line) }
    : request) as Request;
}

// A line may have thousands of members: it is copied only where the type is spelled otherwise.
function withType(object: JsonObject, type: RequestType): JsonObject {
  return object["type"] === type ? object : { ...object, type };
}

function readRef(object: JsonObject): string | undefined {
  const ref = object["ref"];
  if (ref === undefined || ref === null) return undefined;
  if (typeof ref === "string" && ref.length <= REF_MAX) return ref;
  throw new ProtocolError(
    "bad_request",
    `Member "ref": expected a string of at most ${REF_MAX} characters, got ${
      typeof ref === "string" ? `${ref.length} characters` : kindOf(ref)
    }.`,
  );
}

function readType(object: JsonObject, ref: string | undefined, operator: boolean): RequestType {
  const raw = object["type"];
  const details = ref === undefined ? {} : { ref };
  if (typeof raw !== "string") {
    throw new ProtocolError(
      "bad_request",
      `Member "type": expected a string, got ${kindOf(raw)}.`,
      details,
    );
  }
  const type = raw.toLowerCase();
  if (isKnown(type, operator)) return type as RequestType;
  const alias = ALIASES.get(type);
  if (alias !== undefined) return alias;
  const known = Object.keys(schemas).filter((name) => isKnown(name, operator)).join(", ");
  throw new ProtocolError(
    "unknown_type",
    `Expected one of the types ${known}, got ${JSON.stringify(raw.slice(0, 40))}.`,
    details,
  );
}

function isKnown(type: string, operator: boolean): boolean {
  return Object.hasOwn(schemas, type) && (operator || !Object.hasOwn(operatorSchemas, type));
}

/**
 * A message's subtype where the client left it out: a message to somebody is private, and so is
 * `{"type":"private"}` whatever else it says: sending it to everyone would give away what was meant for
 * one. A `to` that is no name is not for everyone either.
 */
function normalizeMessage(object: JsonObject): JsonObject {
  const { type, subtype, to, from, channel, content } = object;
  const given = typeof subtype === "string" ? subtype.toLowerCase() : subtype ?? undefined;
  const toAll = typeof to === "string" ? to === "" || to.toLowerCase() === "global" : to == null;
  const isPrivate = String(type).toLowerCase() === "private";
  const inferred = isPrivate || !toAll ? "private" : "global";
  return {
    type: "message",
    subtype: isPrivate && given === "global" ? "private" : given ?? inferred,
    to,
    from,
    channel,
    content,
  };
}

function describe(error: z.ZodError, members: JsonObject, ref: string | undefined): ProtocolError {
  const issue = error.issues[0];
  const member = String(issue?.path[0] ?? "type");
  const value = members[member];
  return new ProtocolError(
    "bad_request",
    `Member ${JSON.stringify(member)}: expected ${expectation(issue)}, got ${
      typeof value === "string" && issue?.code !== "invalid_type"
        ? JSON.stringify(value.slice(0, 40))
        : kindOf(value)
    }.`,
    ref === undefined ? {} : { ref },
  );
}

function expectation(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return `a ${issue.expected}`;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    default:
      return issue?.message ?? "another value";
  }
}

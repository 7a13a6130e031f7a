// Parses a line as a typed request, or says what is wrong with it.
import type { z } from "zod";
import { type Asked, badMember, ProtocolError } from "./errors.ts";
import { type JsonObject, otherMembers, parseObject } from "./json.ts";
import { jsonKind, type Phrase, type Place, quoted, shownValue } from "./phrases.ts";
import {
  adminSchemas,
  managementSchemas,
  type RequestType,
  type Schemas,
  schemas,
} from "./requests/families.ts";

export type { RequestType } from "./requests/families.ts";

/** The maximum length of a `ref`, in UTF-16 units. */
const REF_MAX = 64;
/** The maximum length of a type that errors repeat, in characters (code points). */
const SENT_TYPE_MAX = 64;

/** The members that every request may have. */
export interface RequestBase {
  /** Repeated in the reply, the error or the ack. */
  readonly ref?: string;
  /** The type as the client wrote it, at most 64 characters. Errors repeat it. */
  readonly sentType: string;
}

/** A request of one type, with checked members. */
export type RequestOf<T extends RequestType> =
  & z.output<Schemas[T]>
  & RequestBase
  & (T extends "message" ? MessageExtras : unknown);

/** A request of one type, as a client writes it. */
export type RequestLine<T extends RequestType> =
  & { readonly type: T; readonly ref?: string }
  & z.input<Schemas[T]>;

/** The members that only a message has. */
export interface MessageExtras {
  /** The members that the server does not know, as the text of a JSON object in ASCII. They are relayed. */
  readonly extra: string | null;
}

/** Any request. */
export type Request = { [T in RequestType]: RequestOf<T> }[RequestType];

const ALIASES: ReadonlyMap<string, RequestType> = new Map([
  ["userlist", "users"],
  ["who", "users"],
  ["private", "message"],
]);

/** Whether a type, as written by a client, is that of a message. */
export function isMessageType(type: string | undefined): boolean {
  const name = type?.toLowerCase() ?? "";
  return name === "message" || ALIASES.get(name) === "message";
}

// Members that the server or the request defines. If a client writes other values there, they are not relayed.
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

/** Who sends a line: for some, further requests exist. */
export type Sender = "client" | "admin" | "operator";

/** Whether the client may send requests of a type. Used only for the text of an error. */
export type Offers = (type: RequestType) => boolean;

/**
 * Parses and checks one line.
 *
 * @param senderOf Returns who sent it. It is called only if that matters.
 * @param offers The types that the text of `unknown_type` names; by default, all that exist.
 * @throws {ProtocolError} `bad_json` if the line is not a JSON object, `unknown_type`, or `bad_request` with the
 * member, what was expected and what was received. It has the `ref` and the type, if they could be read.
 */
export function parseRequest(
  line: string,
  senderOf: () => Sender = () => "client",
  offers: Offers = () => true,
): Request {
  const object = parseObject(line);
  const sentType = readSentType(object);
  const ref = readRef(object, sentType);
  const asked: Asked = ref === undefined ? { sentType } : { ref, sentType };
  const type = findType(object, senderOf);
  if (type === undefined) {
    throw unknownType(object, asked, (type) => isKnown(type, senderOf) && offers(type));
  }
  const members = type === "message" ? normalizeMessage(object) : withType(object, type);
  const result = schemas[type].safeParse(members);
  if (!result.success) throw describe(result.error, members, asked);
  const extra = type === "message"
    ? { extra: otherMembers(object, MESSAGE_MEMBERS, line) }
    : undefined;
  return { ...result.data, ...asked, ...extra } as Request;
}

// A line may have thousands of members, so copy it only if the type is spelled differently.
function withType(object: JsonObject, type: RequestType): JsonObject {
  return object["type"] === type ? object : { ...object, type };
}

function readSentType({ type }: JsonObject): string | undefined {
  if (typeof type !== "string") return undefined;
  if (type.length <= SENT_TYPE_MAX) return type;
  return [...type.slice(0, 2 * SENT_TYPE_MAX)].slice(0, SENT_TYPE_MAX).join("");
}

function readRef({ ref }: JsonObject, sentType: string | undefined): string | undefined {
  if (ref === undefined || ref === null) return undefined;
  if (typeof ref === "string" && ref.length <= REF_MAX) return ref;
  const got: Place = typeof ref === "string"
    ? { key: "characters", places: { count: ref.length } }
    : shownValue(ref);
  const expected: Phrase = { key: "want_ref", places: { max: REF_MAX } };
  throw badMember("ref", { expected, got, asked: { sentType } });
}

function findType({ type: raw }: JsonObject, senderOf: () => Sender): RequestType | undefined {
  if (typeof raw !== "string") return undefined;
  const type = raw.toLowerCase();
  return isKnown(type, senderOf) ? type as RequestType : ALIASES.get(type);
}

function isKnown(type: string, senderOf: () => Sender): boolean {
  if (!Object.hasOwn(schemas, type)) return false;
  if (!Object.hasOwn(adminSchemas, type)) return true;
  const sender = senderOf();
  return sender === "operator" ||
    sender === "admin" && Object.hasOwn(managementSchemas, type);
}

function unknownType({ type }: JsonObject, asked: Asked, offers: Offers): ProtocolError {
  if (typeof type !== "string") {
    return badMember("type", { expected: { key: "kind_string" }, got: shownValue(type), asked });
  }
  const types = (Object.keys(schemas) as RequestType[]).filter(offers).join(", ");
  return new ProtocolError("unknown_type", { ...asked, places: { types, got: quoted(type) } });
}

/**
 * Determines the subtype of a message if the client omitted it. A message to a user is private. `{"type":"private"}`
 * is always private, because sending it to everyone would reveal a private text. A `to` that is not a valid name is
 * not for everyone either.
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

function describe(error: z.ZodError, members: JsonObject, asked: Asked): ProtocolError {
  const issue = error.issues[0];
  const member = String(issue?.path[0] ?? "type");
  const value = members[member];
  const got = SECRETS.has(member) ? jsonKind(value) : shownValue(value);
  return badMember(member, { expected: expectation(issue), got, asked });
}

// Errors do not repeat passwords.
const SECRETS: ReadonlySet<string> = new Set([
  "password",
  "old",
  "new",
  "token",
  "code",
  "invite",
]);

function expectation(issue: z.core.$ZodIssue | undefined): Phrase {
  switch (issue?.code) {
    case "invalid_type":
      return { key: `kind_${issue.expected as "string" | "number" | "boolean"}` };
    case "invalid_value":
      return {
        key: "want_one_of",
        places: { values: issue.values.map((value) => JSON.stringify(value)).join(", ") },
      };
    case "custom":
      return (issue.params as Phrase | undefined) ?? { key: "want_other" };
    default:
      return { key: "want_other" };
  }
}

// The actions of the console: the key of each on its page, the questions before it, and the request that it sends.
import { parseDuration } from "../../protocol/duration.ts";
import type { RequestLine } from "../../protocol/request.ts";
import { INVITE_USES_MAX } from "../../protocol/requests/invite_admin.ts";
import { ROLES } from "../../protocol/requests/user_admin.ts";
import type { PageName, Target } from "./page_names.ts";

/** The actions, by the type of their request. */
export const ACTIONS = [
  "kick",
  "mute",
  "ban",
  "disconnect",
  "announce",
  "reload",
  "user_add",
  "user_role",
  "user_passwd",
  "user_disable",
  "user_enable",
  "group_create",
  "group_add",
  "group_remove",
  "group_delete",
  "invite_create",
  "invite_revoke",
  "registration_open",
  "registration_close",
] as const;

/** An action that sends one request: one of {@linkcode ACTIONS}. */
export type RequestName = typeof ACTIONS[number];

/** An action. `class_import` sends many requests and writes a file. */
export type ActionName = RequestName | "class_import";

/** A question. `sure` is answered by one key, the others by a line. */
export type Question =
  | "for"
  | "reason"
  | "content"
  | "filter"
  | "name"
  | "password"
  | "role"
  | "users"
  | "uses"
  | "expires"
  | "channel"
  | "register"
  | "network"
  | "file"
  | "sheet"
  | "sure";

/** The answers, by their questions. */
export type Answers = Readonly<Partial<Record<Question, string>>>;

/** The requests that the console makes from dialogs. */
export type ActionRequest = RequestLine<RequestName>;

/** The keys of the actions on each page. */
const KEYS: Readonly<Record<PageName, Readonly<Record<string, ActionName>>>> = {
  clients: { k: "kick", m: "mute", b: "ban", d: "disconnect", a: "announce", r: "reload" },
  accounts: {
    a: "user_add",
    o: "user_role",
    p: "user_passwd",
    d: "user_disable",
    i: "class_import",
  },
  groups: { a: "group_create", "+": "group_add", "-": "group_remove", x: "group_delete" },
  invites: {
    a: "invite_create",
    x: "invite_revoke",
    o: "registration_open",
    c: "registration_close",
  },
};

/** Returns the action of a key. The key that disables an account enables one that is disabled. */
export function actionOf(
  page: PageName,
  key: string,
  target: Target | undefined,
): ActionName | undefined {
  const keys = KEYS[page];
  const action = Object.hasOwn(keys, key) ? keys[key] : undefined;
  return action === "user_disable" && target?.disabled === true ? "user_enable" : action;
}

const NEEDS_NOBODY: ReadonlySet<ActionName> = new Set<ActionName>([
  "announce",
  "reload",
  "user_add",
  "class_import",
  "group_create",
  "invite_create",
  "registration_open",
  "registration_close",
]);
const NEEDS_USER: ReadonlySet<ActionName> = new Set<ActionName>(["kick", "mute", "ban"]);

/** Whether an action is about the selected row. */
export function needsTarget(action: ActionName): boolean {
  return !NEEDS_NOBODY.has(action);
}

/** Whether an action can be about a row. */
export function suits(action: ActionName, target: Target | undefined): boolean {
  if (!needsTarget(action)) return true;
  return NEEDS_USER.has(action) ? target?.user !== undefined : target !== undefined;
}

/** The questions before each action. */
export const QUESTIONS: Readonly<Record<ActionName | "filter", readonly Question[]>> = {
  kick: ["reason", "sure"],
  mute: ["for", "reason", "sure"],
  ban: ["for", "reason", "sure"],
  disconnect: ["reason", "sure"],
  announce: ["content", "sure"],
  reload: ["sure"],
  user_add: ["name", "role", "password", "sure"],
  class_import: ["file", "sheet", "sure"],
  user_role: ["role", "sure"],
  user_passwd: ["password", "sure"],
  user_disable: ["sure"],
  user_enable: ["sure"],
  group_create: ["name", "sure"],
  group_add: ["users", "sure"],
  group_remove: ["users", "sure"],
  group_delete: ["sure"],
  invite_create: ["uses", "expires", "channel", "register", "sure"],
  invite_revoke: ["sure"],
  registration_open: ["expires", "network", "sure"],
  registration_close: ["network", "sure"],
  filter: ["filter"],
};

const FIRST_ANSWERS: Readonly<Partial<Record<ActionName | "filter", Answers>>> = {
  mute: { for: "10m" },
  user_add: { role: "member" },
  invite_create: { uses: "30", expires: "1h" },
  registration_open: { expires: "30m" },
};

/** Returns the answer that a question suggests. */
export function firstAnswer(action: ActionName | "filter", question: Question): string {
  return FIRST_ANSWERS[action]?.[question] ?? "";
}

/** Whether an answer is valid. */
export function isAcceptable(question: Question, input: string): boolean {
  const text = input.trim();
  switch (question) {
    case "content":
    case "name":
    case "file":
    case "sheet":
      return text !== "";
    case "users":
      return namesIn(text).length > 0;
    case "for":
      return text === "" || parseDuration(text) !== undefined;
    case "expires":
      return (parseDuration(text) ?? 0) > 0;
    case "role":
      return ROLES.some((role) => role === text);
    case "uses":
      return /^[1-9]\d{0,3}$/.test(text) && Number(text) <= INVITE_USES_MAX;
    case "register":
      return /^[YyNnOo]?$/.test(text);
    default:
      return true;
  }
}

/** Whether a key or an answer means yes, in English or in French. */
export function isYes(text: string): boolean {
  return /^[YyOo]$/.test(text.trim());
}

/** Returns the request of an action whose questions are answered. */
export function requestOf(
  action: RequestName,
  answers: Answers,
  target: Target | undefined,
): ActionRequest {
  const { name = "", role, password = "", users = "", content = "" } = answers;
  // An action that needs a target has one, with the members that its page gives.
  const { user = "", conn = 0, group = "", invite = 0 } = target ?? {};
  const reason = answers.reason ? { reason: answers.reason } : {};
  const network = answers.network ? { network: answers.network } : {};
  const seconds = parseDuration(answers.for ?? "") ?? 0;
  switch (action) {
    case "announce":
      return { type: action, content };
    case "disconnect":
      return { type: action, conn, ...reason };
    case "mute":
    case "ban":
      return { type: action, user, seconds, ...reason };
    case "kick":
      return { type: action, user, ...reason };
    case "user_add":
      return { type: action, user: name, password, role: roleOf(role) };
    case "user_role":
      return { type: action, user, role: roleOf(role) };
    case "user_passwd":
      return { type: action, user, password };
    case "user_disable":
    case "user_enable":
      return { type: action, user };
    case "group_create":
      return { type: action, group: name };
    case "group_add":
    case "group_remove":
      return { type: action, group, users: namesIn(users) };
    case "group_delete":
      return { type: action, group };
    case "invite_create": {
      const channel = answers.channel ? { channel: answers.channel } : {};
      const register = isYes(answers.register ?? "");
      return {
        type: action,
        uses: Number(answers.uses),
        expires: answers.expires!,
        ...channel,
        register,
      };
    }
    case "invite_revoke":
      return { type: action, id: invite };
    case "registration_open":
      return { type: action, for: answers.expires!, ...network };
    case "registration_close":
      return { type: action, ...network };
    case "reload":
      return { type: action };
  }
}

function roleOf(text: string | undefined): typeof ROLES[number] {
  return ROLES.find((role) => role === text) ?? "member";
}

function namesIn(text: string): string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

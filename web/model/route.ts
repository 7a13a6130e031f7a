// Converts between places of the page and the fragments of its address. Browsers do not send fragments to servers.
import { channelKey, userKey } from "./keys.ts";
import type { AdminSection, Room, Route } from "./state.ts";

/** The maximum length of a fragment, in UTF-16 units. The rest is ignored. */
const HASH_MAX = 2000;

/** The sections of the administration, in their order. */
export const ADMIN_SECTIONS: readonly AdminSection[] = [
  "accounts",
  "groups",
  "import",
  "invitations",
];

/** Returns the fragment of a place, with its `#`. */
export function hrefOf(route: Route): string {
  switch (route.at) {
    case "room": {
      const isPrivate = route.room.startsWith("@");
      const name = encodeURIComponent(isPrivate ? route.name : route.name.slice(1));
      return `#/${isPrivate ? "p" : "c"}/${name}${route.id === undefined ? "" : `/${route.id}`}`;
    }
    case "search": {
      const where = route.channel === undefined ? "" : `&in=${encodeURIComponent(route.channel)}`;
      return `#/search?q=${encodeURIComponent(route.query)}${where}`;
    }
    case "projector":
      return `#/projector/${encodeURIComponent(route.name.slice(1))}`;
    case "protocol":
      return `#/protocol${
        route.section === undefined ? "" : `/${encodeURIComponent(route.section)}`
      }`;
    case "invite":
      return `#/j/${encodeURIComponent(route.code)}`;
    case "admin":
      return `#/admin/${route.section}`;
    case "home":
      return "#/";
    case "other":
      return `#/${encodeURIComponent(route.name)}`;
    default:
      return `#/${route.at}`;
  }
}

/** Returns the place of a room, or of one of its messages. */
export function routeTo({ key, name }: Pick<Room, "key" | "name">, id?: number): Route {
  return { at: "room", room: key, name, id };
}

/** Returns the place that a fragment names, or home if it names none. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.slice(0, HASH_MAX).replace(/^#?\/?/, "").split("?", 2);
  const [head = "", name = "", id = ""] = path.split("/").map(decoded);
  if ((head === "c" || head === "p") && name !== "") {
    const number = /^\d{1,15}$/.test(id) ? Number(id) : undefined;
    const room = head === "c"
      ? { key: channelKey(`#${name}`), name: `#${name}` }
      : { key: userKey(name), name };
    return routeTo(room, number);
  }
  if (head === "j" && name !== "") return { at: "invite", code: name };
  if (head === "search") {
    const members = new URLSearchParams(query);
    return { at: "search", query: members.get("q") ?? "", channel: members.get("in") ?? undefined };
  }
  if (head === "projector" && name !== "") {
    return { at: "projector", room: channelKey(`#${name}`), name: `#${name}` };
  }
  if (head === "admin") {
    return { at: "admin", section: ADMIN_SECTIONS.find((each) => each === name) ?? "accounts" };
  }
  if (head === "protocol") return { at: "protocol", section: name || undefined };
  if (head === "settings" || head === "accessibility") return { at: head };
  return head === "" ? { at: "home" } : { at: "other", name: head };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

// Explains why a line is not JSON, to the author of a client.
import { ProtocolError } from "./errors.ts";

/** Longer commands are not repeated in the error. */
const COMMAND_MAX = 100;

/** Creates the error for a line that is not valid JSON. */
export function notJson(line: string): ProtocolError {
  const text = line.trim();
  if (text.startsWith("/")) {
    const content = text.length <= COMMAND_MAX ? text : "/help";
    const example = JSON.stringify({ type: "message", content });
    return new ProtocolError("bad_json", { reason: "bare_command", places: { example } });
  }
  if (hasSeveralObjects(text)) return new ProtocolError("bad_json", { reason: "several_objects" });
  return new ProtocolError("bad_json");
}

// Between two objects: spaces, a carriage return, a comma, or a line end escaped by mistake.
const NEXT_OBJECT = /^(?:[\s,;]|\\[rn])*\{/;

function hasSeveralObjects(text: string): boolean {
  const end = endOfObject(text);
  if (end === undefined || !NEXT_OBJECT.test(text.slice(end))) return false;
  try {
    JSON.parse(text.slice(0, end));
    return true;
  } catch {
    return false;
  }
}

/** Returns the end of the object at the beginning of a text; `undefined` if it does not end. */
function endOfObject(text: string): number | undefined {
  if (!text.startsWith("{")) return undefined;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === "\\") at++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') {
      quoted = true;
    } else if (sign === "{") {
      depth++;
    } else if (sign === "}" && --depth === 0) {
      return at + 1;
    }
  }
  return undefined;
}

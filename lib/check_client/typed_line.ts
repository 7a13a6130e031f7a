// Finds the line that a client has sent for what its user typed.
import type { RequestOf } from "../protocol/request.ts";
import type { Happening, LineArrived } from "./happenings.ts";
import type { Step } from "./interview.ts";

/** A typed line: another step than the usual one, and what the message must contain. */
export type TypedStep = Partial<Omit<Step, "check">> & { readonly like?: RegExp };

/** The line that a client sent for what was typed; without a request if it cannot be read. */
export type TypedLine = LineArrived & { readonly request: RequestOf<"message"> | undefined };

/** The line if it may be what the student has typed: a message like it, or what cannot be read. */
export function asTyped(happening: Happening, like: RegExp): TypedLine | undefined {
  if (happening.kind !== "line") return undefined;
  const { request, line } = happening;
  if (request === undefined) {
    return line.object === undefined ? { ...happening, request: undefined } : undefined;
  }
  if (request.type !== "message" || request.content.trim() === "") return undefined;
  return like.test(request.content) ? { ...happening, request } : undefined;
}

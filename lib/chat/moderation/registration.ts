// Actions of operators that open registration for a time, for all addresses or for one network.
import { normalizeRange } from "../../net/ranges.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { quoted } from "../../protocol/phrases.ts";
import type { RegistrationWindow } from "../../store/invites/registration_windows.ts";
import type { Actor } from "../actor.ts";
import { WINDOWS_MAX } from "../invites/windows.ts";
import type { Services } from "../services.ts";
import { act } from "./act.ts";

/** Opens registration for some seconds. A window of the same network is replaced. @throws {ProtocolError} */
export function openRegistration(
  actor: Actor,
  { seconds, network: wanted }: { seconds: number; network: string | undefined },
  services: Services,
): RegistrationWindow {
  const { registrationWindows: windows } = services;
  const network = wanted === undefined ? null : requireNetwork(wanted);
  const others = windows.list().filter((window) => window.network !== network);
  if (others.length >= WINDOWS_MAX) {
    const places = { max: WINDOWS_MAX };
    throw new ProtocolError("bad_request", { reason: "too_many_windows", places });
  }
  const openedAt = services.now();
  const until = openedAt + seconds * 1000;
  const window = { network, until, openedBy: actor.name, openedAt };
  act(actor, {
    action: "registration_open",
    ...targetOf(network),
    until,
    effect: () => windows.open(window),
  }, services);
  windows.reload();
  return window;
}

/**
 * Ends the window of a network; without a network, all windows.
 *
 * @returns The network in its normal form, and the number of windows that ended.
 * @throws {ProtocolError} `bad_request` if registration is not open for the network.
 */
export function closeRegistration(
  actor: Actor,
  wanted: string | undefined,
  services: Services,
): { readonly network: string | undefined; readonly closed: number } {
  const { registrationWindows: windows } = services;
  const network = wanted === undefined ? undefined : requireNetwork(wanted);
  const ending = windows.list().filter((window) =>
    network === undefined || window.network === network
  );
  if (network !== undefined && ending.length === 0) {
    throw new ProtocolError("bad_request", { reason: "no_window", places: { network } });
  }
  act(actor, {
    action: "registration_close",
    ...targetOf(network ?? null),
    effect: () => windows.close(ending),
  }, services);
  windows.reload();
  return { network, closed: ending.length };
}

function targetOf(network: string | null): { target?: string } {
  return network === null ? {} : { target: network };
}

function requireNetwork(text: string): string {
  const network = normalizeRange(text);
  if (network !== undefined) return network;
  throw new ProtocolError("bad_request", { reason: "network", places: { got: quoted(text) } });
}

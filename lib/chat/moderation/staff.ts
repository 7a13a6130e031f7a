// Notices to the staff: the moderators and admins who are online.
import { staffOnline } from "../actor.ts";
import { type Notice, tell } from "../delivery/notices.ts";
import type { Services } from "../services.ts";
import type { Texts } from "../texts/catalogue.ts";

/** Failed logins to one account from a network that its owner uses. */
export interface Guessing {
  /** The key of the account's name. */
  readonly key: string;
  readonly network: string;
  /** Failures today. */
  readonly failures: number;
}

/** What is needed to notify the staff. */
export interface StaffServices
  extends Pick<Services, "accountStore" | "roster" | "log" | "observer" | "now"> {
  /** Returns the texts in force. */
  readonly texts: () => Texts;
}

/** Reports to the log and to the staff that someone is guessing the password of an account. */
export function reportGuessing(
  { key, network, failures }: Guessing,
  services: StaffServices,
): void {
  const name = services.accountStore.findByKey(key)?.name;
  if (name === undefined) return;
  services.observer.guessed(name, network, failures);
  const text = services.texts().say("guessing", { name, network, count: failures });
  tellStaff({ text, code: "guessing" }, services);
}

/** Sends a notice to all moderators and admins. */
function tellStaff(notice: Notice, services: StaffServices): void {
  tell(staffOnline(services).flatMap(({ sessions }) => [...sessions]), notice, services);
}

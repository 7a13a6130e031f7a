// Gives accounts passwords, and keeps them to be handed out.
import { Refused } from "../../admin/ask.ts";
import type { Desk } from "./desk.ts";
import type { GivenRole } from "./account_card.tsx";

/**
 * Gives an account another password, and shows it.
 *
 * @throws {Refused} If the reply was lost, the password is shown nevertheless: it may be the new one.
 */
export async function setPassword(desk: Desk, name: string, password: string): Promise<void> {
  await handing(
    desk,
    { name, password },
    () => desk.ask({ type: "user_passwd", user: name, password }),
  );
}

/** Creates an account, and shows its password. @throws {Refused} as {@linkcode setPassword} */
export async function addAccount(
  desk: Desk,
  account: { readonly name: string; readonly password: string; readonly role: GivenRole },
): Promise<void> {
  const { name, password, role } = account;
  await handing(desk, account, () => desk.ask({ type: "user_add", user: name, password, role }));
}

async function handing(
  desk: Desk,
  { name, password }: { readonly name: string; readonly password: string },
  send: () => Promise<unknown>,
): Promise<void> {
  const slip = { name, password, class: "" };
  try {
    await send();
  } catch (error) {
    if (error instanceof Refused && error.isUnknown) desk.hand([slip]);
    throw error;
  }
  desk.hand([slip]);
}

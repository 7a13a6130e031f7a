// The QR code of a channel's address, drawn as one path.
import { useEffect, useState } from "preact/hooks";
import type { RoomKey } from "../model/state.ts";
import { Modal } from "./dialog.tsx";
import { linkTo } from "./message_actions.tsx";
import { useApp, usePage, useTexts } from "./page.ts";

/** The width of the quiet zone around a code, in modules. */
const MARGIN = 4;

/** Matches host names that other devices cannot reach. */
export const LOCAL = /^(?:localhost|127\..*|\[::1\])$/;

interface Picture {
  readonly size: number;
  readonly path: string;
}

async function pictureOf(text: string): Promise<Picture> {
  const { generate } = await import("lean-qr");
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (code.get(x, y)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
    }
  }
  return { size: code.size + 2 * MARGIN, path };
}

/** Draws the QR code of a text. `label`: what the code is, for screen readers. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const page = usePage();
  const texts = useTexts();
  const [picture, setPicture] = useState<Picture | undefined>(undefined);
  useEffect(() => {
    pictureOf(text).then(setPicture, () => page.ui.toast.value = texts.say("later_failed"));
  }, [text]);
  if (picture === undefined) return null;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${picture.size} ${picture.size}`}
      role="img"
      aria-label={label}
    >
      <path d={picture.path} />
    </svg>
  );
}

/** Draws the QR code and the address of a channel. */
export function RoomCode({ room }: { readonly room: RoomKey }) {
  const page = usePage();
  const texts = useTexts();
  const name = useApp((app) => app.rooms.get(room)?.name ?? "", [room]);
  const address = linkTo(page, room, undefined);
  return (
    <Modal title={texts.say("qr", { room: name })}>
      <QrCode text={address} label={texts.say("qr", { room: name })} />
      <p class="hint">{texts.say(LOCAL.test(location.hostname) ? "qr_local" : "qr_hint")}</p>
      <p class="address">{decodeURI(address)}</p>
    </Modal>
  );
}

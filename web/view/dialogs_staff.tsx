// The dialogs of moderators: delete a message, set a topic, close a channel, send an announcement.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Act, RoomKey } from "../model/state.ts";
import { Modal } from "./dialog.tsx";
import { Field } from "./fields.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { spoken } from "./announcer.ts";

/** Draws a dialog that asks for a text and then sends a request. */
function ActDialog(
  { title, label, hint, optional, start = "", act, done, danger, most = 200, children }: {
    readonly title: string;
    readonly label: string;
    readonly hint?: string;
    readonly optional?: boolean;
    readonly start?: string;
    readonly act: (text: string) => Act;
    readonly done: string;
    readonly danger?: boolean;
    readonly most?: number;
    readonly children?: ComponentChildren;
  },
) {
  const page = usePage();
  const texts = useTexts();
  const [text, setText] = useState(start);
  const close = () => page.ui.dialog.value = undefined;
  return (
    <Modal title={title}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          page.dispatch({ type: "act", act: act(text.trim()) });
          close();
        }}
      >
        {children}
        <Field
          label={optional === true ? `${label} (${texts.say("optional")})` : label}
          {...hint === undefined ? {} : { hint }}
          value={text}
          onValue={setText}
          maxLength={most}
          required={optional !== true}
          autofocus
        />
        <div class="buttons end">
          <button type="button" onClick={close}>{texts.say("cancel")}</button>
          <button type="submit" class={danger === true ? "primary danger" : "primary"}>
            {done}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Returns the member for a reason, if one was given. */
function because(reason: string): { readonly reason?: string } {
  return reason === "" ? {} : { reason };
}

/** Draws the dialog that asks to confirm the deletion of a message. */
export function DeleteMessage(
  { id, author, text }: { readonly id: number; readonly author: string; readonly text: string },
) {
  const texts = useTexts();
  return (
    <ActDialog
      title={texts.say("mod_delete_title")}
      label={texts.say("mod_reason")}
      optional
      act={(reason) => ({ kind: "delete", id, ...because(reason) })}
      done={texts.say("act_delete")}
      danger
    >
      <blockquote class="quoted">
        <b>
          <bdi>{author}</bdi>
        </b>{" "}
        <span dir="auto">{spoken(text, texts)}</span>
      </blockquote>
      <p>{texts.say("mod_delete_note")}</p>
    </ActDialog>
  );
}

/** Draws the dialog that changes the topic of a channel. */
export function Topic({ room }: { readonly room: RoomKey }) {
  const texts = useTexts();
  const channel = useApp((app) => app.rooms.get(room), [room]);
  if (channel === undefined) return null;
  return (
    <ActDialog
      title={texts.say("mod_topic_title", { room: channel.name })}
      label={texts.say("mod_topic")}
      optional
      start={channel.topic}
      act={(topic) => ({ kind: "topic", channel: channel.name, topic })}
      done={texts.say("save")}
    />
  );
}

/** Draws the dialog that asks to confirm the closing of a channel. */
export function CloseRoom({ room }: { readonly room: RoomKey }) {
  const texts = useTexts();
  const channel = useApp((app) => app.rooms.get(room), [room]);
  if (channel === undefined) return null;
  return (
    <ActDialog
      title={texts.say("mod_close_title", { room: channel.name })}
      label={texts.say("mod_reason")}
      optional
      act={(reason) => ({ kind: "close_channel", channel: channel.name, ...because(reason) })}
      done={texts.say("room_close")}
      danger
    >
      <p>{texts.say("mod_close_note")}</p>
    </ActDialog>
  );
}

/** Draws the dialog that sends an announcement to everyone. */
export function Announce() {
  const texts = useTexts();
  return (
    <ActDialog
      title={texts.say("mod_announce_title")}
      label={texts.say("mod_announce")}
      hint={texts.say("mod_announce_hint")}
      most={1000}
      act={(content) => ({ kind: "announce", content })}
      done={texts.say("mod_announce_do")}
    />
  );
}

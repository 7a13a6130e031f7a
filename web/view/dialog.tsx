// The frame of a modal dialog. Escape, its button, or a click outside closes it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "./icons.tsx";
import { usePage, useTexts } from "./page.ts";

/** Draws a modal dialog. When it closes, the keyboard focus returns to where it was. */
export function Modal(
  { title, children, wide }: {
    readonly title: string;
    readonly children: ComponentChildren;
    readonly wide?: boolean;
  },
) {
  const { ui } = usePage();
  const texts = useTexts();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const back = document.activeElement;
    box.current?.showModal();
    return () => {
      if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
    };
  }, []);
  // A late close event of this dialog must not close the next one.
  const own = useRef(ui.dialog.peek());
  own.current = ui.dialog.value;
  const close = () => {
    if (ui.dialog.peek() === own.current) ui.dialog.value = undefined;
  };
  return (
    <dialog
      ref={box}
      class={wide === true ? "modal wide" : "modal"}
      aria-labelledby="modal-title"
      onClose={close}
      onMouseDown={(event) => event.target === box.current && close()}
    >
      <div class="modal-body">
        <header class="modal-head">
          <h2 id="modal-title">{title}</h2>
          <IconButton name="close" label={texts.say("close")} onClick={close} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

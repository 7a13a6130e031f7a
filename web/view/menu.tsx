// A button with a menu below it. Arrow keys move in the menu; Escape or a click elsewhere closes it.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

/** Draws a menu button. `label` is its name, unless there is text beside the icon. */
export function Menu(
  { icon, label, children, face }: {
    readonly icon: IconName;
    readonly label: string;
    readonly children: ComponentChildren;
    /** Shown in the button instead of the icon. */
    readonly face?: ComponentChildren;
  },
) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const items = () => [...box.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []];
  const close = (back: boolean) => {
    setOpen(false);
    if (back) box.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return setOpen(false);
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (step !== undefined) all[(at + step + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        class={face === undefined ? "icon-button" : "quiet face"}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {face ?? <Icon name={icon} />}
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={label} onClick={() => close(false)}>
          {children}
        </div>
      )}
    </div>
  );
}

/** Draws a menu item. With `checked`, it is one of several choices. */
export function MenuItem(
  { icon, children, onClick, checked }: {
    readonly icon: IconName;
    readonly children: ComponentChildren;
    readonly onClick: () => void;
    readonly checked?: boolean;
  },
) {
  const role = checked === undefined ? {} : { "aria-checked": checked };
  return (
    <button
      type="button"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      tabIndex={-1}
      {...role}
      onClick={onClick}
    >
      <Icon name={checked === true ? "check" : icon} /> <span>{children}</span>
    </button>
  );
}

// The bar at the top: the quick switcher (Ctrl+K), the language, and the user's menu.
import type { ComponentChild } from "preact";
import { isAdmin } from "../model/permissions.ts";
import { hrefOf } from "../model/route.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import { LanguageButton } from "./language_button.tsx";
import { Mark } from "./mark.tsx";
import { Menu, MenuItem } from "./menu.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { StateDot } from "./room_head.tsx";

const STATES = ["online", "away", "dnd", "invisible"] as const;

/** Draws the name of the class. A name that is too long ends with an ellipsis. */
export function ClassName({ mark }: { readonly mark?: ComponentChild }) {
  const texts = useTexts();
  const name = useApp((app) => app.server?.className ?? "") || texts.say("app");
  return (
    <strong class="brand">
      {mark}
      <bdi title={name}>{name}</bdi>
    </strong>
  );
}

/** Draws the bar at the top of a wide page. */
export function Top() {
  const texts = useTexts();
  const { ui } = usePage();
  return (
    <header class="top" data-region="top">
      <ClassName mark={<Mark />} />
      <JumpButton />
      <div class="top-end">
        <button
          type="button"
          class="quiet"
          aria-pressed={ui.inspector.value}
          onClick={() => ui.inspector.value = !ui.inspector.peek()}
        >
          <Icon name="braces" /> {texts.say("menu_protocol")}
        </button>
        <LanguageButton />
        <UserMenu />
      </div>
    </header>
  );
}

/** Draws the button that opens the quick switcher. */
export function JumpButton() {
  const { ui } = usePage();
  const texts = useTexts();
  return (
    <button
      type="button"
      class="jump-button"
      onClick={() => ui.dialog.value = { kind: "jump" }}
    >
      <Icon name="search" /> <span>{texts.say("jump_button")}</span> <kbd>Ctrl</kbd> <kbd>K</kbd>
    </button>
  );
}

/** Draws the user's menu: state, settings, help, signing out. */
export function UserMenu() {
  const page = usePage();
  const texts = useTexts();
  const me = useApp((app) => app.me);
  const theme = useApp((app) => app.prefs.theme);
  if (me === undefined) return null;
  const dark = theme === "dark" ||
    theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches;
  const face = (
    <>
      <span class="mini">
        <Avatar name={me.name} nameKey={me.key} />
        <StateDot online state={me.state} />
      </span>
      <span class="name">
        <bdi>{me.name}</bdi>
      </span>
      <Icon name="chevron" />
    </>
  );
  return (
    <Menu icon="more" label={texts.say("menu", { name: me.name })} face={face}>
      {STATES.map((state) => (
        <MenuItem
          key={state}
          icon="clock"
          checked={me.state.toLowerCase() === state}
          onClick={() => page.dispatch({ type: "set_state", state })}
        >
          {texts.say(`state_${state}`)}
        </MenuItem>
      ))}
      <hr />
      {(me.role === "moderator" || me.role === "admin") && (
        <MenuItem
          icon="megaphone"
          onClick={() => page.ui.dialog.value = { kind: "announce" }}
        >
          {texts.say("mod_announce")}
        </MenuItem>
      )}
      <MenuItem icon="search" onClick={() => page.ui.dialog.value = { kind: "jump" }}>
        {texts.say("search")}
      </MenuItem>
      <MenuItem
        icon="theme"
        onClick={() => page.dispatch({ type: "prefs", prefs: { theme: dark ? "light" : "dark" } })}
      >
        {texts.say("menu_theme")}
      </MenuItem>
      <MenuItem
        icon="globe"
        onClick={() =>
          page.dispatch({
            type: "prefs",
            prefs: { language: texts.language === "fr" ? "en" : "fr" },
          })}
      >
        {texts.say("menu_language")}
      </MenuItem>
      <MenuItem
        icon="braces"
        onClick={() => {
          page.ui.panel.value = undefined;
          page.ui.inspector.value = !page.ui.inspector.peek();
        }}
      >
        {texts.say("menu_protocol")}
      </MenuItem>
      {isAdmin(me) && (
        <MenuItem
          icon="people"
          onClick={() => location.hash = hrefOf({ at: "admin", section: "accounts" })}
        >
          {texts.say("menu_admin")}
        </MenuItem>
      )}
      <MenuItem icon="gear" onClick={() => location.hash = hrefOf({ at: "settings" })}>
        {texts.say("menu_settings")}
      </MenuItem>
      <MenuItem icon="help" onClick={() => page.ui.dialog.value = { kind: "help" }}>
        {texts.say("menu_help")}
      </MenuItem>
      <hr />
      <MenuItem icon="exit" onClick={() => page.dispatch({ type: "sign_out", everywhere: false })}>
        {texts.say("menu_sign_out")}
      </MenuItem>
    </Menu>
  );
}

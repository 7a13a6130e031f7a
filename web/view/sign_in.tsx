// The sign-in form: as a guest, with an account, or with a new account.
import { useState } from "preact/hooks";
import type { Invitation, Server } from "../model/state.ts";
import { Check, Choice, Field } from "./fields.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { LanguageButton } from "./language_button.tsx";
import { Mark } from "./mark.tsx";
import { Strip } from "./strip.tsx";
import { TlsLink } from "./tls_link.tsx";

type Way = "guest" | "account" | "register";

function waysOf(server: Server | undefined, invite: Invitation | undefined): Way[] {
  if (server === undefined) return [];
  const guests = server.guests || invite?.guests === true;
  const ways: Way[] = guests ? ["guest", "account"] : ["account"];
  return server.registration || invite?.registers ? [...ways, "register"] : ways;
}

/** Draws the sign-in form. */
export function SignIn() {
  const texts = useTexts();
  const server = useApp((app) => app.server);
  const door = useApp((app) => app.door);
  const invite = useApp((app) => app.invite);
  const ways = waysOf(server, invite);
  const [chosen, choose] = useState<Way | undefined>(undefined);
  const way = door.registered ? "account" : chosen ?? suggested(ways, invite);
  const name = server?.className ?? "";
  return (
    <main class="door">
      <div class="door-card">
        <header class="door-head">
          <Mark />
          <h1>{name || texts.say("app")}</h1>
          <p>{texts.say("door_title")}</p>
        </header>
        {door.reason !== undefined && (
          <p class="door-reason" role="status">{texts.say(`door_reason_${door.reason}`)}</p>
        )}
        {invite?.state === "open" && (
          <p class="door-reason good" role="status">
            {invite.channel === ""
              ? texts.say("door_invited")
              : texts.say("door_invited_to", { channel: invite.channel })}
          </p>
        )}
        {door.registered && (
          <p class="door-reason good" role="status">
            {texts.say("door_registered", { name: door.name })}
          </p>
        )}
        {server === undefined ? <p class="empty" role="status">{texts.say("loading")}</p> : (
          <>
            {ways.length > 1 && (
              <Choice
                label={texts.say("door_ways")}
                value={way}
                options={ways.map((each) => [each, texts.say(`door_${each}`)] as const)}
                onValue={(next) => choose(next)}
              />
            )}
            <DoorForm key={way} way={way} server={server} />
            <InviteForm server={server} invite={invite} />
          </>
        )}
        <Strip />
      </div>
      <LanguageButton />
    </main>
  );
}

// Who has an invitation to register and cannot be a guest has no account yet.
function suggested(ways: readonly Way[], invite: Invitation | undefined): Way {
  const [first = "guest"] = ways;
  return first !== "guest" && invite?.registers === true ? "register" : first;
}

/** Draws the field for the code of an invitation, where one is needed or the given one cannot be used. */
function InviteForm(
  { server, invite }: { readonly server: Server; readonly invite: Invitation | undefined },
) {
  const page = usePage();
  const texts = useTexts();
  const [code, setCode] = useState(invite?.code ?? "");
  const failure = invite?.failure;
  if (invite?.state === "open" || !server.invites && failure === undefined) return null;
  return (
    <form
      class="door-form"
      onSubmit={(event) => {
        event.preventDefault();
        page.dispatch({ type: "invite", code: code.trim() });
      }}
    >
      <Field
        label={texts.say("door_invite")}
        hint={texts.say("door_invite_hint")}
        value={code}
        onValue={setCode}
        error={failure && texts.failure(failure, page.now())}
        autocomplete="off"
        maxLength={64}
        required
      />
      <button type="submit" class="wide" disabled={code.trim() === ""}>
        {texts.say("door_invite_use")}
      </button>
    </form>
  );
}

function DoorForm({ way, server }: { readonly way: Way; readonly server: Server }) {
  const page = usePage();
  const texts = useTexts();
  const door = useApp((app) => app.door);
  const [name, setName] = useState(door.name);
  const [password, setPassword] = useState("");
  const [stay, setStay] = useState(false);
  if (way !== "guest" && server.passwords === "tls") {
    return <TlsLink port={server.tlsPort} words={texts.say("door_tls")} />;
  }
  const error = door.failure === undefined ? undefined : texts.failure(door.failure, page.now());
  const aboutPassword = door.failure?.code === "weak_password" ||
    door.failure?.code === "login_failed";
  const enter = (event: Event) => {
    event.preventDefault();
    const named = name.trim();
    if (way === "guest") page.dispatch({ type: "enter_guest", name: named });
    else if (way === "account") page.dispatch({ type: "sign_in", name: named, password, stay });
    else page.dispatch({ type: "register", name: named, password, stay });
  };
  const done = way === "guest" ? "door_enter" : way === "account" ? "door_sign_in" : "door_create";
  return (
    <form class="door-form" onSubmit={enter} onInput={page.loadTalk}>
      <Field
        label={texts.say("door_name")}
        hint={texts.say("door_name_hint")}
        value={name}
        onValue={setName}
        error={aboutPassword && way !== "guest" ? undefined : error}
        autocomplete={way === "guest" ? "off" : "username"}
        maxLength={128}
        required
        autofocus
      />
      {way !== "guest" && (
        <Field
          label={texts.say("door_password")}
          type="password"
          value={password}
          onValue={setPassword}
          {...way === "register"
            ? { hint: texts.count("door_password_hint", server.passwordMin) }
            : {}}
          error={aboutPassword ? error : undefined}
          autocomplete={way === "register" ? "new-password" : "current-password"}
          maxLength={256}
          required
        />
      )}
      {way !== "guest" && server.sessions && (
        <Check
          label={texts.say("door_stay")}
          hint={texts.say("door_stay_hint")}
          checked={stay}
          onChecked={setStay}
        />
      )}
      {way === "guest" && <p class="hint">{texts.say("door_guest_note")}</p>}
      <button type="submit" class="primary wide" disabled={door.busy || name.trim() === ""}>
        {door.busy ? texts.say("door_busy") : texts.say(done)}
      </button>
    </form>
  );
}

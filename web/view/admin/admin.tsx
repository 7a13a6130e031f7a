// The administration: accounts, groups, class lists and invitations, for admins over TLS.
import "../shared.ts";
import { ADMIN_SECTIONS, hrefOf } from "../../model/route.ts";
import { isAdmin } from "../../model/permissions.ts";
import { type Page, useApp, useTexts } from "../page.ts";
import { Sheet } from "../sheet.tsx";
import { Strip } from "../strip.tsx";
import { TlsLink } from "../tls_link.tsx";
import { Accounts } from "./accounts.tsx";
import { BatchReport } from "./batch_report.tsx";
import { createDesk, type Desk } from "./desk.ts";
import { Groups } from "./groups.tsx";
import { HandOutList } from "./hand_out.tsx";
import { ImportClass } from "./import_class.tsx";
import { Invitations } from "./invitations.tsx";

/** Starts the administration. Its desk lives as long as the page. */
export function startAdmin(page: Page) {
  const desk = createDesk(page);
  return { Admin: () => <Admin desk={desk} /> };
}

/** Draws the administration. */
function Admin({ desk }: { readonly desk: Desk }) {
  const texts = useTexts();
  const section = useApp(({ route }) => route.at === "admin" ? route.section : "accounts");
  const isAllowed = useApp(({ me }) => isAdmin(me));
  const isOpen = useApp(({ link }) => link.state === "open");
  const port = useApp(({ server }) => server?.tlsPort);
  if (!isAllowed) return null;
  if (location.protocol !== "https:") {
    return (
      <Sheet title={texts.say("adm_title")}>
        <TlsLink port={port} words={texts.say("adm_tls")} />
      </Sheet>
    );
  }
  return (
    <Sheet title={texts.say("adm_title")}>
      <div class="admin">
        {!isOpen && <Strip />}
        <nav class="admin-tabs" aria-label={texts.say("adm_sections")}>
          {ADMIN_SECTIONS.map((each) => (
            <a
              key={each}
              href={hrefOf({ at: "admin", section: each })}
              aria-current={each === section ? "page" : undefined}
            >
              {texts.say(`adm_section_${each}`)}
            </a>
          ))}
        </nav>
        <BatchReport desk={desk} />
        <HandOutList desk={desk} />
        {section === "accounts" && <Accounts desk={desk} />}
        {section === "groups" && <Groups desk={desk} />}
        {section === "import" && <ImportClass desk={desk} />}
        {section === "invitations" && <Invitations desk={desk} />}
      </div>
    </Sheet>
  );
}

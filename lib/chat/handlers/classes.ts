// Requests of operators and admins that import class lists. The rows arrive in parts, because a line has a maximum length.
import type { SentList } from "../../auth/class_import.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { ClassProgress } from "../../protocol/replies/classes.ts";
import { jsonLine } from "../../protocol/reply.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { LIST_BYTES_MAX, PEOPLE_MAX } from "../../school/limits.ts";
import { checkRow } from "../../school/people.ts";
import { reportOf } from "../../school/report.ts";
import { actorOf } from "../actor.ts";
import { importClasses } from "../moderation/class_import.ts";
import { demand, mayManageAccounts } from "../permissions.ts";
import type { Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const classHandlers = {
  class_rows: classRows,
  class_import: classImport,
} satisfies Partial<Handlers>;

/** Takes rows of a class list. */
function classRows(session: Session, request: RequestOf<"class_rows">, services: Services): void {
  demand(mayManageAccounts(services.accountAdmin));
  const list = request.first ? undefined : session.sentList;
  // Rows that follow lost ones would be imported as the whole list.
  if (session.hasLostList && !request.first) {
    throw new ProtocolError("bad_request", { reason: "no_list" });
  }
  session.hasLostList = false;
  const { people, problems, units }: SentList = list ?? { people: [], problems: [], units: 0 };
  const sent = { people, problems, units: units + JSON.stringify(request.rows).length };
  session.sentList = sent;
  const count = people.length + problems.length + request.rows.length;
  // A row in JSON is longer than its line in the file.
  if (count > PEOPLE_MAX || sent.units > 4 * LIST_BYTES_MAX) {
    session.sentList = undefined;
    session.hasLostList = true;
    throw new ProtocolError("bad_request", { reason: "list_full", places: { max: PEOPLE_MAX } });
  }
  for (const row of request.rows) {
    const checked = checkRow(row, (password) => services.accounts.passwordProblem(password));
    if ("code" in checked) problems.push(checked);
    else people.push(checked);
  }
  reply(session, replyLine(request, { type: "class_rows", status: "ok", rows: count }), services);
}

/** Imports the class list that the connection has sent, or says what the import would change. */
async function classImport(
  session: Session,
  request: RequestOf<"class_import">,
  services: Services,
): Promise<void> {
  demand(mayManageAccounts(services.accountAdmin));
  const list = session.sentList;
  if (list === undefined) throw new ProtocolError("bad_request", { reason: "no_list" });
  if (!request.dry_run) demand(services.refusesStoring());
  const options = {
    dryRun: request.dry_run,
    allowAdmins: request.allow_admins,
    resetPasswords: request.reset_passwords,
    disableMissing: request.disable_missing,
    confirmed: request.confirmed,
    mustChange: request.must_change,
    progress: progressOf(session),
  };
  const { status, plan } = await importClasses(
    actorOf(session, services),
    { list, options },
    services,
  );
  if (status === "ok") session.sentList = undefined;
  const report = reportOf(plan, services.texts.language);
  reply(session, replyLine(request, { type: "class_import", status, ...report }), services);
}

// At most a hundred lines for one import.
function progressOf(session: Session): (done: number, of: number) => void {
  let told = 0;
  return function progress(done, of) {
    const percent = Math.floor(100 * done / of);
    if (percent === told || session.closed) return;
    told = percent;
    const line: ClassProgress = { type: "class_progress", done, of };
    session.answer(jsonLine({ ...line }));
  };
}

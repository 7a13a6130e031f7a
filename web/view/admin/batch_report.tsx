// The progress of what is done to many accounts, and what failed.
import { usePage, useTexts } from "../page.ts";
import { IconButton } from "../icons.tsx";
import type { Desk } from "./desk.ts";

/** Draws the progress of the latest batch. */
export function BatchReport({ desk }: { readonly desk: Desk }) {
  const page = usePage();
  const texts = useTexts();
  const batch = desk.batch.value;
  if (batch === undefined) return null;
  const { done, failed, isOver, of } = batch;
  const words = texts.count("adm_batch", of, { done });
  const left = of - done - failed.length;
  return (
    <section class="admin-report" aria-label={texts.say("adm_batch_title")}>
      <div class="admin-bar">
        <p role="status">{words}</p>
        {isOver && (
          <IconButton
            name="close"
            label={texts.say("close")}
            onClick={() => desk.batch.value = undefined}
          />
        )}
      </div>
      {!isOver && <progress aria-label={words} value={done + failed.length} max={of} />}
      {failed.length > 0 && (
        <ul class="error" role="alert">
          {failed.map(({ name, failure }) => (
            <li key={name}>
              <bdi>{name}</bdi>
              {texts.say("adm_batch_why", { why: texts.failure(failure, page.now()) })}
            </li>
          ))}
        </ul>
      )}
      {isOver && left > 0 && <p>{texts.count("adm_batch_left", left)}</p>}
    </section>
  );
}

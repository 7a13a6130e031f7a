// The description of the protocol as a page: in English the whole of it, in French the introduction.
import { useEffect, useRef } from "preact/hooks";
import { hrefOf } from "../model/route.ts";
import { type Part, plainOf, type Section, type Span } from "../text/manual.ts";
import { useApp, usePage, useTexts } from "./page.ts";
import { Sheet } from "./sheet.tsx";

/** Draws the description, at the section that the address names. */
export function Manual() {
  const texts = useTexts();
  const wanted = useApp(({ route }) => route.at === "protocol" ? route.section : undefined);
  const { loadManuals, manuals: loaded } = usePage();
  useEffect(loadManuals, []);
  const manuals = loaded.value;
  const box = useRef<HTMLDivElement>(null);
  const has = (sections: readonly Section[] | undefined) =>
    sections?.some(({ slug }) => slug === wanted) === true;
  const isFrench = texts.language === "fr" && (wanted === undefined || has(manuals?.fr));
  const sections = isFrench ? manuals?.fr : manuals?.en;
  const isMissing = manuals !== undefined && wanted !== undefined && !has(sections);
  useEffect(() => {
    if (sections === undefined || wanted === undefined) return;
    const heading = box.current?.querySelector<HTMLElement>(`[data-slug="${CSS.escape(wanted)}"]`);
    const sheet = box.current?.closest(".sheet");
    if (heading === null || heading === undefined || !sheet) return;
    // `scrollIntoView` would scroll the page as well. The head of the sheet covers its top.
    const head = sheet.querySelector(".room-head")!.getBoundingClientRect();
    sheet.scrollTop += heading.getBoundingClientRect().top - head.bottom - 12;
    heading.focus({ preventScroll: true });
  }, [sections, wanted]);
  if (manuals === undefined) return <Sheet title={texts.say("manual_title")}>{null}</Sheet>;
  const whole = hrefOf({ at: "protocol", section: manuals.en[0]?.slug });
  return (
    <Sheet title={texts.say("manual_title")}>
      <div class="manual" ref={box} lang={isFrench ? "fr" : "en"}>
        {isMissing && <p role="alert" lang={texts.language}>{texts.say("manual_missing")}</p>}
        {isFrench && (
          <p>
            <a href={whole}>{texts.say("manual_whole")}</a>
          </p>
        )}
        {!isFrench && texts.language === "fr" && (
          <p lang="fr">
            <a href={hrefOf({ at: "protocol", section: undefined })}>
              {texts.say("manual_french")}
            </a>
          </p>
        )}
        <details>
          <summary lang={texts.language}>{texts.say("manual_contents")}</summary>
          <ul>
            {sections?.filter(({ level }) => level > 1).map(({ level, slug, title }) => (
              <li key={slug} class={`level-${level}`}>
                <a href={hrefOf({ at: "protocol", section: slug })}>{plainOf(title)}</a>
              </li>
            ))}
          </ul>
        </details>
        {sections?.map((section) => <SectionView key={section.slug} section={section} />)}
      </div>
    </Sheet>
  );
}

function SectionView({ section }: { readonly section: Section }) {
  const { level, parts, slug, title } = section;
  const Heading = level <= 2 ? "h2" : level === 3 ? "h3" : "h4";
  return (
    <section>
      <Heading data-slug={slug} tabIndex={-1}>{title.map(drawSpan)}</Heading>
      {parts.map((part, at) => <PartView key={at} part={part} />)}
    </section>
  );
}

function PartView({ part }: { readonly part: Part }) {
  switch (part.kind) {
    case "paragraph":
      return <p>{part.spans.map(drawSpan)}</p>;
    case "code":
      return <pre tabIndex={0}><code>{part.text}</code></pre>;
    case "list": {
      const List = part.ordered ? "ol" : "ul";
      return <List>{part.items.map((item, at) => <li key={at}>{item.map(drawSpan)}</li>)}</List>;
    }
    case "table":
      return <Table rows={part.rows} />;
  }
}

function Table({ rows }: { readonly rows: Extract<Part, { kind: "table" }>["rows"] }) {
  const [head = [], ...body] = rows;
  return (
    <div class="table-frame" tabIndex={0}>
      <table>
        <thead>
          <tr>{head.map((cell, at) => <td key={at}>{cell.map(drawSpan)}</td>)}</tr>
        </thead>
        <tbody>
          {body.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => <td key={column}>{cell.map(drawSpan)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawSpan(span: Span, at: number) {
  switch (span.kind) {
    case "text":
      return span.text;
    case "code":
      return <code key={at}>{span.text}</code>;
    case "strong":
      return <strong key={at}>{span.text}</strong>;
    case "emphasis":
      return <em key={at}>{span.text}</em>;
    case "section":
      return <a key={at} href={hrefOf({ at: "protocol", section: span.slug })}>{span.text}</a>;
  }
}

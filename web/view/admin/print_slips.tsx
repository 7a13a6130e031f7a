// Prints the slips. They are drawn in a shadow tree with the style of the saved sheet; the rest of the page is hidden.
import { render } from "preact";
import { qrPath } from "../../../lib/school/qr.ts";
import {
  type SheetOptions,
  sizeOf,
  type Slip,
  SLIP_STYLE,
  SLIP_TEXTS,
  slipPages,
} from "../../../lib/school/slips.ts";

/** Opens the browser's dialog to print the slips. */
export function printSlips(slips: readonly Slip[], options: SheetOptions): void {
  const host = document.createElement("div");
  host.className = "print-host";
  const root = host.attachShadow({ mode: "open" });
  // The content security policy forbids style elements, but not style sheets of the page's own code.
  const style = new CSSStyleSheet();
  style.replaceSync(SLIP_STYLE);
  root.adoptedStyleSheets = [style];
  render(<Slips slips={slips} options={options} />, root);
  document.body.append(host);
  addEventListener("afterprint", () => {
    render(null, root);
    host.remove();
  }, { once: true });
  print();
}

function Slips(
  { slips, options }: { readonly slips: readonly Slip[]; readonly options: SheetOptions },
) {
  const code = qrPath(options.address);
  return (
    <>
      <svg class="symbols" aria-hidden="true">
        <symbol id="qr" viewBox={`0 0 ${code.size} ${code.size}`}>
          <path d={code.path} />
        </symbol>
      </svg>
      {[...slipPages(slips)].map((page, at) => (
        <section key={at} class="page">
          {page.map((slip, place) => <OneSlip key={place} slip={slip} options={options} />)}
        </section>
      ))}
    </>
  );
}

// As `sheetHtml` draws it.
function OneSlip({ slip, options }: { readonly slip: Slip; readonly options: SheetOptions }) {
  const { address, language, mustChange, title } = options;
  const texts = SLIP_TEXTS[language];
  const colon = language === "fr" ? "\u00a0:" : ":";
  return (
    <article class="slip">
      <div class="head">
        <span>{title}</span>
        <b>{slip.class}</b>
      </div>
      <dl>
        <dt>{texts.name}{colon}</dt>
        <dd class={`name${sizeOf(slip.name)}`}>{slip.name}</dd>
        <dt>{texts.password}{colon}</dt>
        <dd class={`password${sizeOf(slip.password)}`}>{slip.password}</dd>
        <dt>{texts.address}{colon}</dt>
        <dd class="address">{address}</dd>
      </dl>
      <svg role="img" aria-label={address}>
        <use href="#qr" />
      </svg>
      <div class="foot">{mustChange && `${texts.mustChange} `}{texts.keep}</div>
    </article>
  );
}

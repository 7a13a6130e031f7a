// A code block in a message: its language, a copy button, and colours once they are loaded.
import { useEffect, useMemo } from "preact/hooks";
import { languageName, languageTitle } from "../text/languages.ts";
import { copyText } from "./clipboard.ts";
import { IconButton } from "./icons.tsx";
import { usePage, useTexts } from "./page.ts";

/** The maximum length of code that is coloured, in UTF-16 units. Colouring longer code would block the page. */
const COLOURED_MAX = 16_000;

/** Draws a code block. */
export function CodeBlock(
  { language, text }: { readonly language: string; readonly text: string },
) {
  const page = usePage();
  const texts = useTexts();
  const coloured = languageName(language) !== undefined && text.length <= COLOURED_MAX;
  useEffect(() => {
    if (coloured) page.loadColours();
  }, [coloured]);
  const colour = coloured ? page.colours.value : undefined;
  const pieces = useMemo(() => colour?.(text, language), [colour, text, language]);
  const title = languageTitle(language);
  return (
    <figure class="code">
      <figcaption>
        <span>{title}</span>
        <IconButton
          name="copy"
          label={texts.say("code_copy")}
          onClick={() => void copyText(page, text, "copied")}
        />
      </figcaption>
      <pre
        tabIndex={0}
        dir="ltr"
        role="group"
        aria-label={title === ""
          ? texts.say("code")
          : texts.say("code_language", { language: title })}
      >
        <code>
          {pieces === undefined ? text : pieces.map((piece, at) =>
            piece.kind === "plain" ? piece.text : <i key={at} class={piece.kind}>{piece.text}</i>
          )}
        </code>
      </pre>
    </figure>
  );
}

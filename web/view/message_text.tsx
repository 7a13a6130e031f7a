// Draws the tree of a message as elements and texts, never as HTML.
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { channelKey, nameKey } from "../model/keys.ts";
import { hrefOf } from "../model/route.ts";
import { type Inline, NOTHING_KNOWN } from "../text/nodes.ts";
import { parse } from "../text/parse.ts";
import { CodeBlock } from "./code_block.tsx";
import { usePage } from "./page.ts";

const ELEMENTS = { strong: "strong", emphasis: "em", strike: "s" } as const;

/** Draws the text of a message. */
export function MessageText({ content }: { readonly content: string }) {
  const { app, known, ui } = usePage();
  const me = app.peek().me?.key;
  // A message without a name is not parsed again when users come and go.
  const names = /[@#]/.test(content) ? known.value : NOTHING_KNOWN;
  const blocks = useMemo(() => parse(content, names), [content, names]);
  const draw = (node: Inline, at: number): ComponentChildren => {
    switch (node.kind) {
      case "text":
        return node.text;
      case "code":
        return <code key={at}>{node.text}</code>;
      case "link":
        return <Link key={at} href={node.href} text={node.text} />;
      case "channel": {
        const name = node.channel;
        const href = hrefOf({ at: "room", room: channelKey(name), name, id: undefined });
        return <a key={at} class="mention" href={href}>{node.text}</a>;
      }
      case "mention":
        return (
          <button
            key={at}
            type="button"
            class={nameKey(node.name) === me ? "mention me" : "mention"}
            onClick={() => ui.dialog.value = { kind: "person", name: node.name }}
          >
            {node.text}
          </button>
        );
      default: {
        const Element = ELEMENTS[node.kind];
        return <Element key={at}>{node.children.map(draw)}</Element>;
      }
    }
  };
  return (
    <div class="text" dir="auto">
      {blocks.map((block, at) => {
        if (block.kind === "fence") return <CodeBlock key={at} {...block} />;
        const Element = block.kind === "quote" ? "blockquote" : "p";
        return <Element key={at}>{block.children.map(draw)}</Element>;
      })}
    </div>
  );
}

/** Draws a link. A link to this page opens in the same tab. */
function Link({ href, text }: { readonly href: string; readonly text: string }) {
  const here = location.href.split("#")[0]!;
  const inside = href.startsWith(`${here}#/`);
  if (inside) return <a href={href.slice(here.length)}>{text}</a>;
  return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{text}</a>;
}

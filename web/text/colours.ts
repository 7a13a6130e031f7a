// Colours code in eleven languages. This part of the page is loaded when code is first shown.
import { refractor } from "refractor/core";
import bash from "refractor/bash";
import c from "refractor/c";
import cpp from "refractor/cpp";
import css from "refractor/css";
import java from "refractor/java";
import javascript from "refractor/javascript";
import json from "refractor/json";
import markup from "refractor/markup";
import python from "refractor/python";
import sql from "refractor/sql";
import typescript from "refractor/typescript";
import { languageName } from "./languages.ts";

/** A piece of code, and its kind of token. */
export interface Piece {
  readonly kind: "plain" | "keyword" | "string" | "comment" | "number" | "name" | "sign";
  readonly text: string;
}

/** Splits code into coloured pieces. Joined, they are the unchanged code. */
export type Colour = (code: string, language: string) => readonly Piece[];

/** The library's kinds of token that have a colour of their own on this page. */
const KINDS: Readonly<Record<string, Piece["kind"]>> = {
  keyword: "keyword",
  boolean: "keyword",
  important: "keyword",
  atrule: "keyword",
  directive: "keyword",
  tag: "keyword",
  null: "keyword",
  string: "string",
  char: "string",
  regex: "string",
  "attr-value": "string",
  "template-string": "string",
  "triple-quoted-string": "string",
  comment: "comment",
  prolog: "comment",
  doctype: "comment",
  number: "number",
  constant: "number",
  function: "name",
  "class-name": "name",
  annotation: "name",
  decorator: "name",
  property: "name",
  selector: "name",
  "attr-name": "name",
  variable: "name",
  operator: "sign",
  punctuation: "sign",
};

interface Tree {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Tree[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

for (
  const syntax of [c, cpp, java, python, markup, css, javascript, typescript, sql, bash, json]
) refractor.register(syntax);

/** Splits code into coloured pieces. Code in an unknown language is one plain piece. */
export function colour(code: string, language: string): readonly Piece[] {
  const name = languageName(language);
  if (name === undefined) return [{ kind: "plain", text: code }];
  const pieces: Piece[] = [];
  collect(refractor.highlight(code, name) as unknown as Tree, "plain", pieces);
  return pieces;
}

function collect(tree: Tree, kind: Piece["kind"], pieces: Piece[]): void {
  if (tree.type === "text") {
    const text = tree.value ?? "";
    const last = pieces.at(-1);
    if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
    else pieces.push({ kind, text });
    return;
  }
  const classes = tree.properties?.className;
  const named = Array.isArray(classes)
    ? classes.map((name) => KINDS[name]).find(Boolean)
    : undefined;
  for (const child of tree.children ?? []) collect(child, named ?? kind, pieces);
}

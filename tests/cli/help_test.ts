// The help of each command fits a terminal.
import assert from "node:assert/strict";
import type { Command } from "commander";
import { createProgram } from "../../lib/cli/program.ts";

function printed(command: Command): string[] {
  let text = "";
  command.configureOutput({ ...command.configureOutput(), writeOut: (part) => text += part });
  command.configureHelp({ ...command.configureHelp(), helpWidth: 80 });
  command.outputHelp();
  return text.split("\n");
}

function* all(command: Command): Iterable<Command> {
  yield command;
  for (const each of command.commands) yield* all(each);
}

Deno.test("the help of each command fits in 80 columns", () => {
  for (const command of all(createProgram())) {
    const long = printed(command).filter((line) => line.length > 80);
    assert.deepEqual(long, [], command.name());
  }
});

Deno.test("no line of a description is broken twice", () => {
  for (const command of all(createProgram())) {
    const lines = printed(command);
    const start = lines.indexOf("") + 1;
    const description = lines.slice(start, lines.findIndex((line) => /^\w+:$/.test(line)));
    description.forEach((line, i) => {
      const [word = ""] = (description[i + 1] ?? "").split(" ");
      if (word === "" || line === "") return;
      assert.ok(line.length + 1 + word.length > 80, `${command.name()}: ${line} / ${word}`);
    });
  }
});

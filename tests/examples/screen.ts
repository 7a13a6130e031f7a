// A screen without hardware, for programs with windows.
import assert from "node:assert/strict";

/** A screen without hardware, and its keyboard. */
export class Screen implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, readonly display: string) {
    this.#child = child;
  }

  /** Opens one. */
  static async open(): Promise<Screen> {
    const child = new Deno.Command("Xvfb", {
      args: ["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    let number = "";
    while (!number.endsWith("\n")) {
      const { value, done } = await reader.read();
      if (done) break;
      number += new TextDecoder().decode(value);
    }
    await reader.cancel();
    return new Screen(child, `:${number.trim()}`);
  }

  /** Gives commands to `xdotool`, such as `key Tab`. */
  async keys(...args: string[]): Promise<void> {
    const env = { DISPLAY: this.display };
    const { success } = await new Deno.Command("xdotool", { args, env, stdout: "null" }).output();
    assert.ok(success);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
  }
}

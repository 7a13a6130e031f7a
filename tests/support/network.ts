// A second machine for tests, with a connection that can be cut: a network namespace behind a pair of virtual
// interfaces. It needs root and the program `ip`.

async function ip(...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("ip", { args, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    return false;
  }
}

/** Whether this machine supports it; for the `ignore` of tests. */
export async function canHaveNetwork(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const name = `classcord-probe-${Deno.pid}`;
  if (!await ip("netns", "add", name)) return false;
  const made = await ip("-n", name, "link", "set", "lo", "up");
  await ip("netns", "del", name);
  return made;
}

/** The second machine. */
export interface OtherMachine {
  /** The address at which it reaches this machine. */
  readonly address: string;
  /** Runs a Deno program there, until the test ends. */
  run(code: string): Deno.ChildProcess;
  /** Cuts the connection. Nothing arrives any more in either direction, and neither side is notified. */
  cut(): Promise<void>;
}

/** Runs `work` with a second machine. */
export async function withNetwork(work: (other: OtherMachine) => Promise<void>): Promise<void> {
  const id = `${Deno.pid % 100_000}`;
  const [name, near, far] = [`classcord-${id}`, `cc${id}a`, `cc${id}b`];
  const subnet = `10.213.${Deno.pid % 250}`;
  const children: Deno.ChildProcess[] = [];
  async function must(...args: string[]): Promise<void> {
    if (!await ip(...args)) throw new Error(`ip ${args.join(" ")} failed`);
  }
  try {
    await must("netns", "add", name);
    await must("link", "add", near, "type", "veth", "peer", "name", far, "netns", name);
    await must("addr", "add", `${subnet}.1/30`, "dev", near);
    await must("link", "set", near, "up");
    await must("-n", name, "addr", "add", `${subnet}.2/30`, "dev", far);
    await must("-n", name, "link", "set", far, "up");
    await work({
      address: `${subnet}.1`,
      run(code) {
        const child = new Deno.Command("ip", {
          args: ["netns", "exec", name, Deno.execPath(), "eval", code],
          stdin: "null",
          stdout: "null",
          stderr: "inherit",
        }).spawn();
        children.push(child);
        return child;
      },
      cut: () => must("-n", name, "link", "set", far, "down"),
    });
  } finally {
    for (const child of children) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await child.status;
    }
    await ip("link", "del", near);
    await ip("netns", "del", name);
  }
}

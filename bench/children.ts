/**
 * Processes of the bench's own: a server, or one engine, each with a memory and a warm-up of its
 * own. A child is given one JSON argument and says what it has to say in lines of JSON.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Child {
  /** The next line; rejects with what the child complained of when it ends without one. */
  next(): Promise<unknown>;
  /** Ends it, and resolves when it is gone. */
  end(): Promise<void>;
}

const COMPLAINT_CHARS = 2_000;

export function startChild(file: URL, argument: unknown, node: readonly string[] = []): Child {
  const child = spawn(process.execPath, [...node, file.pathname, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let complaint = '';
  let isOver = false;
  let wake: () => void = () => undefined;
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-COMPLAINT_CHARS);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Packages print what they like; a line of ours is an object.
    if (line.startsWith('{')) lines.push(line);
    wake();
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void gone.then(() => {
    isOver = true;
    wake();
  });
  return {
    async next() {
      for (;;) {
        const line = lines.shift();
        if (line !== undefined) return JSON.parse(line) as unknown;
        if (isOver) throw new Error(`ended early: ${lastLine(complaint)}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    end: () => endOf(child, gone),
  };
}

async function endOf(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.kill('SIGKILL');
  await gone;
}

function lastLine(text: string): string {
  const said = text.split('\n').filter((line) => /Error|error/.test(line));
  return (said.at(-1) ?? text.trim()).slice(0, 300);
}

/** One line for whoever started this process. */
export function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

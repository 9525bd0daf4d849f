/**
 * `npm start`: the simulator as a process. The only file of it that reads the environment and
 * prints.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLog } from '../server/log.ts';
import { ROUND_MS } from '../server/rounds.ts';
import { startSimulator } from './start.ts';

const PORT = 4173;
const HELP = `Usage: npm start -- [options]
  --port N     take this port, or the next free one (default ${PORT})
  --data DIR   keep the ledger in this folder (default .simulator)
  --memory     keep nothing
  --verbose    print every request that the server handles`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(PORT) },
      data: { type: 'string' },
      memory: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`Not a port: ${values.port}`);
  const root = join(import.meta.dirname, '..');
  const dataFolder = values.memory ? undefined : (values.data ?? join(root, '.simulator'));
  const now = (): number => Date.now();
  const simulator = await startSimulator({
    root,
    environment: process.env,
    port,
    dataFolder,
    now,
    say,
    log: createLog({ write: (line) => process.stderr.write(line), now, isDebug: values.verbose }),
  });
  greet(simulator.url, simulator.customers, dataFolder);
  const rounds = setInterval(() => void simulator.merchant.makeRound(), ROUND_MS);
  const stop = (): void => {
    clearInterval(rounds);
    void simulator.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function greet(url: string, customers: number, dataFolder: string | undefined): void {
  const kept = dataFolder === undefined ? 'in memory only' : `in ${dataFolder}`;
  say(`
Simulator – not Shopify POS. Everything stays on this machine.

  Register 1   ${url}
  Register 2   ${url}?register=2   (a second tab: its own device and storage)

A demo shop with ${customers.toLocaleString('en')} customers is ready. Try this:
  1. Put a product into the cart and choose a customer, for example Ada Lindqvist.
  2. Open the Tideover tile and redeem a reward.
  3. Switch to airplane mode (the wifi sign at the top), redeem again, complete the sale.
  4. Switch airplane mode off and watch what waited reach the ledger.

The ledger is kept ${kept}. Stop with Ctrl+C.`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

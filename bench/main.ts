/**
 * `npm run bench -- [drain|tap|cache|server|bundle|faults] [--operations N] [--long]`: measures
 * Tideover beside its peers, prints one table for each part with the targets that it is held to,
 * and keeps the numbers in bench/results/. A run at full size also draws the pictures and tables of
 * docs/bench/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readArguments, type Asked } from './arguments.ts';
import { barChart } from './chart.ts';
import { drainPart } from './drain/part.ts';
import { tapPart } from './register/tap-part.ts';
import { bundlePart } from './bundle-part.ts';
import { cachePart } from './register/cache-part.ts';
import { faultsPart } from './faults/part.ts';
import { installPeers } from './install.ts';
import type { Part } from './part.ts';
import { reportText, type Report } from './report.ts';
import { serverPart } from './server/part.ts';
import { clock, now } from './world.ts';

const PARTS: Readonly<Record<string, Part>> = {
  drain: drainPart,
  tap: tapPart,
  cache: cachePart,
  server: serverPart,
  bundle: bundlePart,
  faults: faultsPart,
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function asked(): Asked {
  try {
    return readArguments(process.argv.slice(2), Object.keys(PARTS));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

/** The numbers for machines, and at full size the pictures and tables for people. */
function keep(name: string, report: Report, isTrial: boolean): void {
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  if (isTrial) return;
  const docs = join(import.meta.dirname, '..', 'docs', 'bench');
  mkdirSync(docs, { recursive: true });
  for (const chart of report.charts)
    writeFileSync(join(docs, `${chart.name}.svg`), barChart(chart));
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  const machine = `${cpus().length} processors, Node ${process.versions.node}`;
  const head = `Measured by \`npm run bench -- ${name}\` on ${day}: ${machine}.`;
  const pictures = report.charts.map(({ title, name: file }) => `![${title}](${file}.svg)\n`);
  const body = [`# ${name}`, head, reportText(report), ...pictures].join('\n\n');
  writeFileSync(join(docs, `${name}.md`), `${body.trim()}\n`);
}

const options = asked();
installPeers(import.meta.dirname, say);
for (const name of options.parts) {
  const part = PARTS[name];
  if (part === undefined) continue;
  say(`\n## ${name}\n`);
  const began = now();
  const report = await part({ ...options, say, environment: process.env });
  say(reportText(report));
  keep(name, report, options.operations !== undefined);
  say(`(${name}: ${Math.round((now() - began) / 1_000)} s)`);
}
process.exit(0);

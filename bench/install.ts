/** Installs the peers, which nothing but the bench needs. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from '../shared/schema.ts';

const versioned = v.object({ version: v.string() });
const manifestSchema = v.object({ devDependencies: v.record(v.string(), v.string()) });

/** What package.json pins and node_modules lacks, or has in another version. */
export function missingPeers(folder: string): readonly string[] {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const { devDependencies } = v.parse(manifestSchema, read('package.json'));
  return Object.entries(devDependencies)
    .filter(([name, pinned]) => {
      const path = join('node_modules', name, 'package.json');
      if (!existsSync(join(folder, path))) return true;
      return v.parse(versioned, read(path)).version !== pinned;
    })
    .map(([name]) => name);
}

/** Runs `npm ci` in `folder` when a peer is missing; throws one sentence when that fails. */
export function installPeers(folder: string, say: (line: string) => void): void {
  const missing = missingPeers(folder);
  if (missing.length === 0) return;
  say(`Installing ${missing.join(', ')} …`);
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the peers could not be installed');
}

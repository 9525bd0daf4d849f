/** Every engine of a drain that runs in Node; bench/package.json pins the peers' versions. */
import { memoryRecords } from '../../test/support/memory-records.ts';
import { kept, type Engine } from './engine.ts';
import { fileRecords } from '../file-records.ts';
import { PEERS } from './peers/all.ts';
import { tideover } from './tideover.ts';

const OWN = { isBounded: true, isOwn: true, perRequest: 500 } as const;

export const ENGINES: Readonly<Record<string, Engine>> = {
  'tideover-memory': {
    ...OWN,
    title: 'Tideover',
    storage: 'device storage with its limits, in memory',
    isDurable: false,
    door: 'ledger',
    create: (deps) => tideover(kept(deps.shelf, 'records', memoryRecords), deps),
  },
  'tideover-file': {
    ...OWN,
    title: 'Tideover',
    storage: 'device storage with its limits, SQLite file (FULL)',
    isDurable: true,
    door: 'ledger',
    create: (deps) => tideover(fileRecords(`${deps.folder}/device.sqlite`), deps),
  },
  'tideover-memory-plain': {
    ...OWN,
    title: 'Tideover, no ledger behind',
    storage: 'device storage with its limits, in memory',
    isDurable: false,
    door: 'plain',
    create: (deps) => tideover(kept(deps.shelf, 'records', memoryRecords), deps, '/plain'),
  },
  'tideover-file-plain': {
    ...OWN,
    title: 'Tideover, no ledger behind',
    storage: 'device storage with its limits, SQLite file (FULL)',
    isDurable: true,
    door: 'plain',
    create: (deps) => tideover(fileRecords(`${deps.folder}/device.sqlite`), deps, '/plain'),
  },
  ...PEERS,
};

export function engineNamed(name: string): Engine {
  const engine = ENGINES[name];
  if (engine === undefined) throw new Error(`no engine is called ${name}`);
  return engine;
}

/**
 * What the server does beside answering registers, put together in one place: doors with their
 * paths, and the chores of its rounds.
 */
import type { Random } from '../shared/ports.ts';
import type { Mount } from './app.ts';
import type { AuthenticationDeps } from './authenticate-pos.ts';
import type { Database } from './database/database.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import { releaseChore, type Chore } from './rounds.ts';

export interface PartsDeps extends AuthenticationDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Parts {
  readonly mounts: readonly Mount[];
  readonly chores: readonly Chore[];
}

export function createParts(deps: PartsDeps): Parts {
  return { mounts: [], chores: [releaseChore(deps.ledger)] };
}

/** Door, inbox and worker put together, with the chores that keep them going. */
import type { Random } from '../../shared/ports.ts';
import type { Mount } from '../app.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../log.ts';
import type { CommonChore } from '../rounds.ts';
import type { DeliveryHandler } from './delivery.ts';
import { createWebhookDoor, type DoorDeps } from './door.ts';
import { createInbox, type Inbox } from './inbox.ts';
import type { Topic } from './projection.ts';
import { createWorker, type Worker } from './worker.ts';

const PRUNE_EVERY_MS = 3_600_000;

export interface WebhookDeps extends Pick<
  DoorDeps,
  'secrets' | 'shopHostPattern' | 'sleep' | 'limits'
> {
  readonly database: Pick<Database, 'tables'>;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly log: Log;
  /** Who deals with each topic; one without a handler is kept until there is one, and told. */
  readonly handlers: Readonly<Partial<Record<Topic, DeliveryHandler>>>;
}

export interface Webhooks {
  readonly mount: Mount;
  readonly chores: readonly CommonChore[];
  /** For the merchant's page and the command line: what was given up, and trying it again. */
  readonly inbox: Pick<Inbox, 'stuck' | 'retry'>;
  /** Deals with all that is due now; of use where nobody makes rounds. */
  readonly work: Worker['work'];
  readonly stop: Worker['stop'];
}

export function createWebhooks(deps: WebhookDeps): Webhooks {
  const inbox = createInbox(deps.database);
  const worker = createWorker({ ...deps, inbox });
  const router = createWebhookDoor({ ...deps, inbox, arrived: () => void worker.work() });
  return {
    mount: { path: '/webhooks', router },
    chores: [
      { name: 'webhooks', runForAll: () => worker.work() },
      { name: 'webhooks-prune', everyMs: PRUNE_EVERY_MS, runForAll: (now) => inbox.prune(now) },
    ],
    inbox,
    work: () => worker.work(),
    stop: () => worker.stop(),
  };
}

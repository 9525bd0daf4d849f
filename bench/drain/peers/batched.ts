/** Engines that send many operations in one request, each used as its own documents show. */
import { post, until, type Drain, type EngineDeps } from '../engine.ts';

const BATCH = 100;

/** A replication with a push handler of a hundred rows, after the documents. */
export async function rxdb({ origin }: EngineDeps): Promise<Drain> {
  const { createRxDatabase } = await import('rxdb');
  const { getRxStorageMemory } = await import('rxdb/plugins/storage-memory');
  const { replicateRxCollection } = await import('rxdb/plugins/replication');
  const database = await createRxDatabase({ name: 'bench', storage: getRxStorageMemory() });
  const schema = {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: {
      id: { type: 'string', maxLength: 30 },
      content: { type: 'object' },
    },
  };
  const { redemptions } = await database.addCollections({ redemptions: { schema } });
  if (redemptions === undefined) throw new Error('RxDB made no collection');
  return {
    async fill(operations) {
      const rows = operations.map((content, i) => ({ id: String(i).padStart(8, '0'), content }));
      await redemptions.bulkInsert(rows);
    },
    async drain() {
      const replication = replicateRxCollection({
        collection: redemptions,
        replicationIdentifier: 'bench',
        live: false,
        push: {
          batchSize: BATCH,
          async handler(rows: readonly { newDocumentState: { content: unknown } }[]) {
            const operations = rows.map(({ newDocumentState: { content } }) => content);
            await post(`${origin}/plain/many`, { operations });
            return [];
          },
        },
      });
      await replication.awaitInitialReplication();
    },
  };
}

/** Its upload queue, read in batches of a hundred as `uploadData` does; no download beside it. */
export async function powersync({ origin, folder }: EngineDeps): Promise<Drain> {
  const { Schema, Table, column } = await import('@powersync/common');
  const { PowerSyncDatabase } = await import('@powersync/node');
  const database = new PowerSyncDatabase({
    schema: new Schema({ redemptions: new Table({ content: column.text }) }),
    database: {
      dbFilename: 'powersync.sqlite',
      dbLocation: folder,
      implementation: { type: 'node:sqlite' },
    },
  });
  await database.init();
  return {
    async fill(operations) {
      const sql = 'INSERT INTO redemptions (id, content) VALUES (?, ?)';
      await database.writeTransaction(async (tx) => {
        for (const one of operations) await tx.execute(sql, [one.id, JSON.stringify(one)]);
      });
    },
    async drain() {
      for (;;) {
        const batch = await database.getCrudBatch(BATCH);
        if (batch === null) return;
        const operations = batch.crud.map(
          ({ opData }) => JSON.parse(opData?.['content'] ?? 'null') as unknown,
        );
        await post(`${origin}/plain/many`, { operations });
        await batch.complete();
      }
    },
    waiting: async () => (await database.getCrudBatch(BATCH))?.crud.length ?? 0,
  };
}

/** One push of everything; a pull tells which mutations the server has. */
export async function replicache({ origin }: EngineDeps): Promise<Drain> {
  const { Replicache } = await import('replicache');
  const done: Record<string, number> = {};
  let isOnline = false;
  const store = new Replicache({
    name: 'bench',
    kvStore: 'mem',
    pushDelay: 60_000,
    pullInterval: null,
    logLevel: 'error',
    mutators: {
      redeem: (tx: { set(key: string, value: unknown): Promise<void> }, one: { id: string }) =>
        tx.set(one.id, one),
    },
  });
  const info = { httpStatusCode: 200, errorMessage: '' };
  store.pusher = async ({ mutations }) => {
    if (!isOnline) return { httpRequestInfo: { httpStatusCode: 503, errorMessage: 'offline' } };
    await post(`${origin}/plain/many`, { operations: mutations.map(({ args }) => args) });
    for (const { clientID, id } of mutations) done[clientID] = Math.max(done[clientID] ?? 0, id);
    return { httpRequestInfo: info };
  };
  store.puller = async () => ({
    response: {
      cookie: Object.values(done)[0] ?? 0,
      lastMutationIDChanges: { ...done },
      patch: [],
    },
    httpRequestInfo: info,
  });
  return {
    async fill(operations) {
      const redeem = store.mutate['redeem'];
      for (const one of operations) await redeem?.(one);
    },
    async drain() {
      isOnline = true;
      store.pushDelay = 10;
      await store.push({ now: true });
      await store.pull({ now: true });
      await until(async () => (await store.experimentalPendingMutations()).length === 0);
    },
    waiting: async () => (await store.experimentalPendingMutations()).length,
  };
}

/** Its `synchronize` with an empty pull: one push of everything. */
export async function watermelon({ origin }: EngineDeps): Promise<Drain> {
  const { Database, Model, appSchema, tableSchema } = await import('@nozbe/watermelondb');
  const loki = await import('@nozbe/watermelondb/adapters/lokijs');
  const { synchronize } = await import('@nozbe/watermelondb/sync');
  const columns = [{ name: 'content', type: 'string' }];
  const schema = appSchema({ version: 1, tables: [tableSchema({ name: 'redemptions', columns })] });
  class Redemption extends Model {
    static table = 'redemptions';
  }
  // A CommonJS package: its default export arrives one level deeper.
  const found = loki.default as typeof loki.default & { readonly default?: typeof loki.default };
  const Adapter = found.default ?? found;
  const adapter = new Adapter({
    schema,
    useWebWorker: false,
    useIncrementalIndexedDB: false,
    extraLokiOptions: { autosave: false },
  });
  const database = new Database({ adapter, modelClasses: [Redemption] });
  return {
    async fill(operations) {
      const rows = database.get('redemptions');
      await database.write(() =>
        database.batch(
          operations.map((one) =>
            rows.prepareCreate(({ _raw }) =>
              Object.assign(_raw, { id: one.id, content: JSON.stringify(one) }),
            ),
          ),
        ),
      );
    },
    drain: () =>
      synchronize({
        database,
        pullChanges: async () => ({ changes: {}, timestamp: 1 }),
        async pushChanges({
          changes,
        }: {
          changes: { redemptions: { created: readonly { content: string }[] } };
        }) {
          const operations = changes.redemptions.created.map(
            ({ content }) => JSON.parse(content) as unknown,
          );
          await post(`${origin}/plain/many`, { operations });
        },
      }),
  };
}

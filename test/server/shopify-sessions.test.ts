/** Sessions with Shopify: sealed at rest, and renewed once for all who ask. */
import { afterEach, describe, expect, it } from 'vitest';
import { openSqlite } from '../../server/database/sqlite.ts';
import { number, text } from '../../server/database/sql.ts';
import { createSealing } from '../../server/shopify/sealing.ts';
import { createSessions, offlineId, sessionOf } from '../../server/shopify/sessions.ts';
import { onlyShops } from '../../server/shopify/shop-fetch.ts';
import { SHOPIFY_HOSTS } from '../../server/app.ts';
import { createInstallation } from '../../server/webhooks/installation.ts';
import { ACCESS_LIFE_S, REFRESH_LIFE_S } from '../../simulator/admin-api/tokens.ts';
import { openAdmin, OTHER_SHOP, type AdminSite } from './shopify.ts';
import { SHOP, SHOP_ID } from './world.ts';

const OLD_KEY = 'a key that is rotated out, long enough';
const NEW_KEY = 'the key that takes its place, long too';
const SECRET_TOKENS = { accessToken: 'shpat_access', refreshToken: 'shprt_refresh' };
const sessionFor = (shop: string) =>
  sessionOf({
    id: `offline_${shop}`,
    shop,
    state: '',
    scope: 'read_products',
    ...SECRET_TOKENS,
    expires: 2_000,
    refreshTokenExpires: 3_000,
  });

let site: AdminSite | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** A site whose shop has been opened once by its merchant. */
async function installed(): Promise<AdminSite> {
  const opened = await openAdmin();
  site = opened;
  expect((await opened.fetch('/api/admin/me')).status).toBe(200);
  return opened;
}

function storeWith(keys: readonly string[], database = openSqlite(':memory:')) {
  const logged: string[] = [];
  const clock = { time: 1_000, now: () => clock.time };
  const sessions = createSessions({
    database,
    sealing: createSealing(keys),
    clock,
    log: (_level, event) => void logged.push(event),
  });
  return { database, sessions, logged, clock };
}

describe('sealed sessions', () => {
  it('[AD1] a session comes back as it was stored, and its row holds no token', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    await sessions.storeSession(sessionFor(SHOP));
    const read = await sessions.ofShop(SHOP);
    expect(read?.toObject()).toEqual(sessionFor(SHOP).toObject());
    const rows = await database.tables((sql) => sql.all('SELECT * FROM session'));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/shpat|shprt|access|refresh/);
    await database.close();
  });

  it('[AD1] a row that was changed or moved to another shop opens for nobody', async () => {
    const { database, sessions, logged } = storeWith([OLD_KEY]);
    await sessions.storeSession(sessionFor(SHOP));
    await sessions.storeSession(sessionFor(OTHER_SHOP));
    await database.tables(async (sql) => {
      const [row] = await sql.all('SELECT sealed FROM session WHERE shop = ?', SHOP);
      if (row === undefined) throw new Error('no row');
      const move = 'UPDATE session SET sealed = ? WHERE shop = ?';
      await sql.run(move, text(row, 'sealed'), OTHER_SHOP);
      const changed = `${text(row, 'sealed').slice(0, -4)}AAAA`;
      await sql.run(move, changed, SHOP);
    });
    expect(await sessions.ofShop(OTHER_SHOP)).toBeUndefined();
    expect(await sessions.ofShop(SHOP)).toBeUndefined();
    expect(await sessions.findSessionsByShop(SHOP)).toEqual([]);
    expect(logged).toContain('session-sealed-by-unknown-key');
    await database.close();
  });

  it('[AD2] the earlier key still opens, and sealing anew makes it needless', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    for (let n = 0; n < 120; n += 1) await sessions.storeSession(sessionFor(`s${n}.myshopify.com`));
    const rotated = storeWith([NEW_KEY, OLD_KEY], database).sessions;
    expect((await rotated.loadSession('offline_s7.myshopify.com'))?.accessToken).toBe(
      'shpat_access',
    );
    expect(await rotated.reseal()).toBe(120);
    expect(await rotated.reseal()).toBe(0);
    const alone = storeWith([NEW_KEY], database).sessions;
    expect((await alone.loadSession('offline_s7.myshopify.com'))?.refreshToken).toBe(
      'shprt_refresh',
    );
    expect(await sessions.loadSession('offline_s7.myshopify.com')).toBeUndefined();
    await database.close();
  });

  it('[AD2] what no key opens is left as it is when all else is sealed anew', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    await sessions.storeSession(sessionFor(SHOP));
    const other = storeWith([NEW_KEY], database).sessions;
    expect(await other.reseal()).toBe(0);
    expect((await sessions.ofShop(SHOP))?.accessToken).toBe('shpat_access');
    await database.close();
  });

  it('[AD17] a refused token leaves a newer session alone and takes away its own', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    await sessions.storeSession(sessionFor(SHOP));
    const newer = sessionFor(SHOP);
    newer.refreshToken = 'shprt_newer';
    newer.accessToken = 'shpat_newer';
    await sessions.storeSession(newer);
    const refused = sessionFor(SHOP);
    delete refused.accessToken;
    await sessions.storeSession(refused);
    expect((await sessions.ofShop(SHOP))?.accessToken).toBe('shpat_newer');
    delete newer.accessToken;
    await sessions.storeSession(newer);
    const left = await sessions.ofShop(SHOP);
    expect([left?.accessToken, left?.refreshToken]).toEqual([undefined, 'shprt_newer']);
    await database.close();
  });

  it('[AD17] a renewal stores nothing for a shop that was deleted', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    await sessions.storeSession(sessionFor(SHOP));
    expect(await sessions.deleteShop(SHOP)).toBe(1);
    expect(await sessions.renew(sessionFor(SHOP), 'shprt_refresh')).toBeUndefined();
    expect(await sessions.loadSession(offlineId(SHOP))).toBeUndefined();
    await database.close();
  });

  it('[AD17] whatever renewal comes late, the tokens that were stored last stand', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    const newer = sessionFor(SHOP);
    newer.refreshToken = 'shprt_newer';
    await sessions.storeSession(newer);
    const late = await sessions.renew(sessionFor(SHOP), 'shprt_refresh');
    expect(late?.refreshToken).toBe('shprt_newer');
    expect(await sessions.endTokens(SHOP, 'shprt_refresh')).toBe(false);
    expect((await sessions.ofShop(SHOP))?.toObject()).toEqual(newer.toObject());
    expect(await sessions.endTokens(SHOP, 'shprt_newer')).toBe(true);
    const ended = await sessions.ofShop(SHOP);
    expect([ended?.accessToken, ended?.refreshToken, ended?.scope]).toEqual([
      undefined,
      undefined,
      'read_products',
    ]);
    await database.close();
  });

  it('[WH22] only tokens that Shopify gave are stored anew: all else keeps its time', async () => {
    const { database, sessions, clock } = storeWith([OLD_KEY]);
    const storedAt = async () => {
      const rows = await database.tables((sql) => sql.all('SELECT stored_at FROM session'));
      return rows.map((row) => number(row, 'stored_at'));
    };
    await sessions.storeSession(sessionFor(SHOP));
    clock.time = 2_000;
    const refused = sessionFor(SHOP);
    delete refused.accessToken;
    await sessions.storeSession(refused);
    expect(await sessions.setScope(SHOP, 'read_orders')).toBe(true);
    expect((await sessions.ofShop(SHOP))?.toObject()).toEqual({
      ...refused.toObject(),
      scope: 'read_orders',
    });
    expect(await sessions.endTokens(SHOP, 'shprt_refresh')).toBe(true);
    expect(await storedAt()).toEqual([1_000]);
    await sessions.renew(sessionFor(SHOP), 'shprt_refresh');
    expect(await storedAt()).toEqual([2_000]);
    expect(await sessions.setScope(OTHER_SHOP, 'read_orders')).toBe(false);
    await database.close();
  });

  it('[AD1] the library’s own verbs delete by id', async () => {
    const { database, sessions } = storeWith([OLD_KEY]);
    await sessions.storeSession(sessionFor(SHOP));
    await sessions.storeSession(sessionFor(OTHER_SHOP));
    expect((await sessions.findSessionsByShop(SHOP)).map(({ id }) => id)).toEqual([
      offlineId(SHOP),
    ]);
    expect(await sessions.deleteSession(offlineId(SHOP))).toBe(true);
    expect(await sessions.deleteSessions([offlineId(OTHER_SHOP)])).toBe(true);
    expect(await database.tables((sql) => sql.all('SELECT id FROM session'))).toEqual([]);
    await database.close();
  });
});

describe('renewal', () => {
  it('[AD3] ten requests that find an ended token make one refresh', async () => {
    const { shopify, clock, fetch: request } = await installed();
    clock.time += ACCESS_LIFE_S * 1_000;
    const asked = Array.from({ length: 10 }, () => request('/api/admin/settings'));
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(shopify.tokens.counts).toEqual({ exchanges: 1, refreshes: 1, refused: 0 });
  });

  it('[AD3] two processes on one database make one refresh between them', async () => {
    const opened = await installed();
    const { shopify, clock } = opened;
    const other = opened.another();
    clock.time += ACCESS_LIFE_S * 1_000;
    const asked = Array.from({ length: 10 }, (_, n) =>
      opened.ask(n % 2 === 0 ? opened.connection : other),
    );
    const id = `gid://shopify/Shop/${SHOP_ID}`;
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 10 }, () => id));
    expect(shopify.tokens.counts).toEqual({ exchanges: 1, refreshes: 1, refused: 0 });
  });

  it('[AD3] ten first visits at once are one exchange', async () => {
    const opened = await openAdmin();
    site = opened;
    const asked = Array.from({ length: 10 }, () => opened.fetch('/api/admin/settings'));
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(opened.shopify.tokens.counts.exchanges).toBe(1);
  });

  it('[AD3] a token is renewed some minutes before it ends, and not before that', async () => {
    const { shopify, clock, ask } = await installed();
    clock.time += (ACCESS_LIFE_S - 301) * 1_000;
    await ask();
    expect(shopify.tokens.counts.refreshes).toBe(0);
    clock.time += 2_000;
    await ask();
    expect(shopify.tokens.counts.refreshes).toBe(1);
  });

  it('[AD4] a lost answer denies the background until the merchant comes again', async () => {
    const { shopify, clock, ask, fetch: request } = await installed();
    clock.time += ACCESS_LIFE_S * 1_000;
    shopify.faults.token.push('drop-after');
    expect(await ask()).toBe('throttled');
    expect(await ask()).toBe('denied');
    const { refused } = shopify.tokens.counts;
    expect(await ask()).toBe('denied');
    expect(shopify.tokens.counts.refused).toBe(refused);
    expect((await request('/api/admin/settings')).status).toBe(200);
    expect(await ask()).toBe(`gid://shopify/Shop/${SHOP_ID}`);
    expect(shopify.tokens.counts.exchanges).toBe(2);
  });

  it('[AD4] a request that never reached Shopify loses nothing', async () => {
    const { shopify, clock, ask } = await installed();
    clock.time += ACCESS_LIFE_S * 1_000;
    shopify.faults.token.push('drop-before', 503, 'garbage');
    for (let n = 0; n < 3; n += 1) expect(await ask()).toBe('throttled');
    expect(await ask()).toBe(`gid://shopify/Shop/${SHOP_ID}`);
    expect(shopify.tokens.counts).toEqual({ exchanges: 1, refreshes: 1, refused: 0 });
  });

  it('[AD4] a refresh token that has ended asks nobody and waits for the merchant', async () => {
    const { shopify, clock, ask, fetch: request } = await installed();
    clock.time += REFRESH_LIFE_S * 1_000;
    expect(await ask()).toBe('denied');
    expect(shopify.tokens.counts.refused).toBe(0);
    expect((await request('/api/admin/settings')).status).toBe(200);
    expect(shopify.tokens.counts.exchanges).toBe(2);
  });

  it('[AD17] a refusal that comes late leaves what another process has renewed', async () => {
    const opened = await installed();
    const { shopify, clock, ask, connection, database } = opened;
    const before = await connection.sessions.ofShop(SHOP);
    const other = opened.another();
    clock.time += ACCESS_LIFE_S * 1_000;
    const { tokens } = shopify;
    const answer = tokens.answer;
    tokens.answer = async (shop, body) => {
      tokens.answer = answer;
      // As if this request hung until its lock had ended, and another process took its turn.
      await database.tables((sql) => sql.run('DELETE FROM held_lock'));
      await ask(other);
      return answer(shop, body);
    };
    const id = `gid://shopify/Shop/${SHOP_ID}`;
    expect(await ask()).toBe(id);
    expect(tokens.counts).toEqual({ exchanges: 1, refreshes: 1, refused: 1 });
    const after = await connection.sessions.ofShop(SHOP);
    expect(after?.refreshToken).not.toBe(before?.refreshToken);
    expect([await ask(), await ask(other)]).toEqual([id, id]);
  });

  it('[WH22] an uninstall that is told late takes what a refused token left', async () => {
    const { shopify, clock, ask, connection, database } = await installed();
    const triggeredAt = clock.time + 1_000;
    clock.time += 60_000;
    shopify.faults.graphql.push(401);
    expect(await ask()).toBe('denied');
    const log = () => undefined;
    const { 'app/uninstalled': uninstalled } = createInstallation({ database, log });
    const told = { shop: SHOP, topic: 'app/uninstalled', webhookId: 'w', payload: {} };
    await uninstalled?.({ ...told, triggeredAt });
    expect(await connection.sessions.ofShop(SHOP)).toBeUndefined();
  });

  it('[AD17] an uninstall in the middle of a refresh leaves no session', async () => {
    const { shopify, clock, ask, connection } = await installed();
    clock.time += ACCESS_LIFE_S * 1_000;
    const { tokens } = shopify;
    const answer = tokens.answer;
    tokens.answer = async (shop, body) => {
      await connection.sessions.deleteShop(SHOP);
      return answer(shop, body);
    };
    expect(await ask()).toBe('not-installed');
    expect(await connection.sessions.ofShop(SHOP)).toBeUndefined();
  });
});

describe('the way out', () => {
  it('[AD16] only a shop’s own address over https is ever asked', async () => {
    const sent: string[] = [];
    const fetch = onlyShops({
      shopHostPattern: SHOPIFY_HOSTS,
      fetch: async (url) => {
        sent.push(url);
        return new Response('{}');
      },
    });
    const refused = [
      'http://pop-up.myshopify.com/admin',
      'https://evil.example/admin',
      'https://pop-up.myshopify.com.evil.example/',
      'https://pop-up.myshopify.com:8443/',
      'https://user@pop-up.myshopify.com/',
      'https://evil.example/pop-up.myshopify.com',
      'https://admin.shopify.com/',
    ];
    for (const url of refused) await expect(fetch(url, {})).rejects.toThrow('belongs to no shop');
    await fetch('https://pop-up.myshopify.com/admin/api', {});
    expect(sent).toEqual(['https://pop-up.myshopify.com/admin/api']);
  });

  it('[AD16] everything that the server asked in a day went to the shop', async () => {
    const { asked, clock, ask } = await installed();
    clock.time += ACCESS_LIFE_S * 1_000;
    await ask();
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((url) => !url.startsWith(`https://${SHOP}/admin/`))).toEqual([]);
  });
});

/** Lists of what waits for a person, where more of it is derived than one page holds. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REVIEW_KINDS } from '../../shared/merchant/review.ts';
import { DAY, openDesk, type Desk } from './review-desk.ts';
import { ALICE, earn, id, intent, ref } from './world.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const AT_ONCE = 50;
const [GAPS, HOLDS] = [230, 60];

/** Every key of a list, page after page. */
async function walk(query: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const behind: string = next === '' ? '' : `&before=${encodeURIComponent(next)}`;
    const page = await desk.page(`${query}${behind}`);
    keys.push(...page.items.map(({ key }) => key));
    ({ next } = page);
  }
  return keys;
}

it('[MR8] the list of every kind leads through all that is derived, then to the rest', async () => {
  await desk.overspend(4);
  const gaps = Array.from({ length: GAPS }, (_, n) =>
    earn({ id: id(`G${n}`, 2), ref: ref(`E${n}`), body: { saleKey: `sale-g${n}` } }),
  );
  const hold = { customer: ALICE, unit: 'points' as const, amount: 1 };
  const holds = Array.from({ length: HOLDS }, (_, n) =>
    intent({ id: id(`H${n}`, 1), ref: ref(`H${n}`), hold }),
  );
  const all = [...gaps, ...holds];
  for (let from = 0; from < all.length; from += AT_ONCE)
    await desk.sync({ operations: all.slice(from, from + AT_ONCE) });
  desk.clock.time += 2 * DAY;

  const keys = await walk('state=open');
  expect(new Set(keys).size).toBe(keys.length);
  const byKind = new Set<string>();
  for (const kind of REVIEW_KINDS)
    for (const key of await walk(`state=open&kind=${kind}`)) byKind.add(key);
  expect(keys.toSorted()).toEqual([...byKind].toSorted());
  const starts = (name: string) => keys.filter((key) => key.startsWith(`${name}/`)).length;
  expect([starts('gap'), starts('hold')]).toEqual([GAPS, HOLDS]);
  expect(starts('conflict')).toBeGreaterThan(1);
  const parts = keys.map((key) => PARTS.findIndex((part) => part.test(key)));
  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
});

const PARTS = [/^(?:gap|silent)\//, /^hold\//, /^conflict\//];

it('[MR8] a place of which nothing is known is the end of that part, and no failure', async () => {
  await desk.overspend(3);
  for (const before of ['standing/x', 'standing/1/gap/x', 'held/x', 'held', 'standing'])
    expect((await desk.page(`state=open&before=${before}`)).items.length).toBeGreaterThan(0);
});

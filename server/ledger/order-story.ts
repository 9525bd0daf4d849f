/** What the ledger knows of one order, for the person at the register who looks at it. */
import type { OrderStory, Reference } from '../../shared/protocol.ts';
import * as v from '../../shared/schema.ts';
import type {
  CustomerKey,
  OperationView,
  RedemptionRow,
  ShopReader,
} from '../database/database.ts';
import { caseOf, knowledgeOf, targets, type Targets } from './cases.ts';
import { readCases } from './known.ts';
import { saleOfReturn } from './sales.ts';

/** Operations of one redemption among which its intent is looked for. */
const OPERATIONS_MAX = 50;

/** An order that nobody knows has an empty story: most orders earn and use nothing. */
export async function readOrder(reader: ShopReader, orderId: number): Promise<OrderStory> {
  const none = { refs: [], saleKeys: [], returnKeys: [] };
  const knowledge = knowledgeOf(await readCases(reader, { ...none, orderIds: [orderId] }));
  const found = caseOf(knowledge, [`order/${orderId}`]);
  // A sale made offline was told without its order; a return that names both knows whose it is.
  const returned = found.returns.filter(({ facts }) => facts.orders.includes(orderId));
  const byReturn = returned.flatMap(({ facts }) => saleOfReturn(facts, found.sales));
  const sales = found.sales.filter(
    (sale) => sale.orders.includes(orderId) || byReturn.includes(sale),
  );
  const refs = new Set(sales.flatMap((sale) => sale.refs));
  const redemptions = found.redemptions.filter(({ ref }) => refs.has(ref));
  const idOf = await customerIds(reader, [
    ...redemptions.flatMap(({ posted }) => posted?.customer ?? []),
    ...sales.flatMap(({ earned }) => earned?.earning.customer ?? []),
  ]);
  return {
    orderId,
    earned: earnedOn(targets(found), sales, idOf),
    redemptions: await usedOn(reader, redemptions, idOf),
  };
}

type IdOf = (key: CustomerKey) => number | null;

async function customerIds(reader: ShopReader, keys: readonly CustomerKey[]): Promise<IdOf> {
  const rows = await reader.customersOf([...new Set(keys)]);
  const ids = new Map(rows.map(({ key, id }) => [key, id]));
  return (key) => ids.get(key) ?? null;
}

function earnedOn(
  wanted: Targets,
  sales: ReturnType<typeof caseOf>['sales'],
  idOf: IdOf,
): OrderStory['earned'] {
  return sales.flatMap(({ earned }) => {
    if (earned === undefined) return [];
    const { customer, points } = earned.earning;
    const stands = wanted.sales.find(({ row }) => row === earned.row)?.wanted?.points ?? 0;
    return [{ customer: idOf(customer), points, takenBack: points - stands }];
  });
}

async function usedOn(
  reader: ShopReader,
  redemptions: readonly RedemptionRow[],
  idOf: IdOf,
): Promise<OrderStory['redemptions']> {
  const stories: OrderStory['redemptions'] = [];
  for (const { ref, posted } of redemptions) {
    // Of one that is known by its reference alone there is no amount to tell yet.
    if (posted === undefined) continue;
    const { customer, unit, held, captured, givenBack } = posted;
    const used = captured + givenBack;
    stories.push({
      ref: ref as Reference,
      customer: idOf(customer),
      unit,
      title: await titleOf(reader, ref),
      amount: held > 0 ? held : used,
      givenBack,
      state: held > 0 ? 'held' : used > 0 ? 'captured' : 'released',
    });
  }
  return stories;
}

const titledSchema = v.object({ body: v.object({ title: v.string() }) });

/** The title on the cart, as the intent gave it; empty while no intent has come. */
async function titleOf(reader: ShopReader, ref: string): Promise<string> {
  const before = Number.MAX_SAFE_INTEGER;
  const asked = { before, limit: OPERATIONS_MAX, ref, status: undefined };
  const operations: readonly OperationView[] = await reader.operations(asked);
  const intent = operations.find(
    ({ kind, status }) => kind === 'intent' && (status === 'applied' || status === 'closed'),
  );
  if (intent === undefined) return '';
  const read = v.safeParse(titledSchema, JSON.parse(intent.content));
  return read.success ? read.output.body.title : '';
}

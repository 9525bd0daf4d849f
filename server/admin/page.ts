/**
 * The page that a merchant sees in Shopify's admin: registers, what somebody should look at, and
 * what the app is allowed to do. Written as text; every value goes through `escaped`.
 */
import type { ShopReader } from '../database/database.ts';
import { readHolds, readSyncLog } from '../sync-log.ts';
import type { StuckInbox } from './inbox-routes.ts';
import type { PlanState } from './plan.ts';
import type { ScopeState } from './scopes.ts';

const SYNCS_SHOWN = 50;
const HOLDS_SHOWN = 50;

/** What the page shows of a shop's books. */
export interface Overview {
  readonly log: Awaited<ReturnType<typeof readSyncLog>>;
  readonly holds: Awaited<ReturnType<typeof readHolds>>['holds'];
}

export async function readOverview(reader: ShopReader, now: number): Promise<Overview> {
  const log = await readSyncLog(reader, { before: undefined, limit: SYNCS_SHOWN, now });
  const { holds } = await readHolds(reader, { before: undefined, limit: HOLDS_SHOWN, now });
  return { log, holds };
}

/** The customers that the page will name, each once. */
export function customersOf({ log, holds }: Overview): readonly number[] {
  const ids = [...log.conflicts, ...holds].flatMap(({ customer }) => customer ?? []);
  return [...new Set<number>(ids)];
}

export interface PageParts {
  readonly clientId: string;
  readonly shop: string;
  readonly overview: Overview;
  readonly names: Readonly<Record<string, string>>;
  readonly scopes: ScopeState;
  readonly plan: PlanState | null;
  /** What Shopify told and could not be dealt with. */
  readonly stuck: Awaited<ReturnType<StuckInbox['stuck']>>;
}

export function renderPage(parts: PageParts): string {
  const { clientId, shop } = parts;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="shopify-api-key" content="${escaped(clientId)}">
<title>Tideover</title>
<script src="https://cdn.shopify.com/shopifycloud/app-bridge.js"></script>
<script src="https://cdn.shopify.com/shopifycloud/polaris.js"></script>
<script src="/app/page.js" defer></script>
</head>
<body>
<s-page heading="Tideover" data-shop="${escaped(shop)}">
${permissions(parts.scopes)}
${planBanner(parts.plan)}
${attention(parts)}
${undealt(parts)}
${registers(parts.overview)}
</s-page>
</body>
</html>
`;
}

function permissions({ missing }: ScopeState): string {
  if (missing.length === 0) return '';
  const list = missing.map(
    ({ scope, without }) =>
      `<s-list-item>${escaped(without)} <s-text>(${escaped(scope)})</s-text></s-list-item>`,
  );
  const body = JSON.stringify({ scopes: missing.map(({ scope }) => scope) });
  return `<s-banner tone="info" heading="Permission missing">
<s-paragraph>The registers work without it. What does not:</s-paragraph>
<s-unordered-list>${list.join('')}</s-unordered-list>
<s-button data-post="/api/admin/scopes/request" data-body="${escaped(body)}">Allow</s-button>
</s-banner>`;
}

function planBanner(plan: PlanState | null): string {
  if (plan === null) return '';
  const { name, amount, currency, isActive } = plan;
  const [path, word] = isActive ? ['cancel', 'End the plan'] : ['request', 'Take the plan'];
  const state = isActive ? 'is active.' : 'is not active. Registers go on working all the same.';
  return `<s-section heading="Plan">
<s-paragraph>${escaped(`${name} (${amount} ${currency}) ${state}`)}</s-paragraph>
<s-button data-post="/api/admin/plan/${path}" data-body="{}">${word}</s-button>
</s-section>`;
}

/** What happened, in the merchant's words; a kind without a sentence is shown by its own name. */
const HAPPENED: Readonly<Record<string, string>> = {
  overdrawn: 'The balance went below zero',
  'over-limit': 'More was promised than the offline limits allow',
  'late-commit': 'A sale arrived after its redemption was taken back; the sale counts',
  'amount-differs': 'The amount is not the expected one',
  'ref-reused': 'Two sales carry the same reference',
  'no-intent':
    'A sale names a redemption that no register has told of; nothing was taken off for it yet',
  'other-customer': 'The sale was for another customer',
  'unmatched-return': 'Goods came back of a sale that is not known',
  'closed-with-waiting': 'A cash session was closed while entries were waiting',
  'lease-exceeded': 'More was promised than was set aside for the register',
  quarantined: 'An entry could not be read and was put aside',
  mismatch: 'An entry came twice with different content',
};

function attention({ overview, names }: PageParts): string {
  const { log, holds } = overview;
  const who = (id: number | null) => (id === null ? '' : customerLink(id, names));
  const rows = [
    ...log.conflicts.map((one) => [
      escaped(HAPPENED[one.kind] ?? one.kind),
      who(one.customer),
      escaped(one.ref ?? ''),
      time(one.at),
    ]),
    ...holds.map((one) => ['Still open', who(one.customer), escaped(one.ref), time(one.at)]),
    ...log.missing.map((one) => ['Numbers missing', '', escaped(one.device ?? ''), '']),
  ];
  if (rows.length === 0) return section('To look at', '<s-paragraph>Nothing.</s-paragraph>');
  return section('To look at', table(['What', 'Customer', 'Reference', 'When'], rows));
}

function undealt({ stuck }: PageParts): string {
  if (stuck.length === 0) return '';
  const rows = stuck.map((one) => [escaped(one.topic), time(one.receivedAt), String(one.tries)]);
  const button =
    '<s-button data-post="/api/admin/webhooks/retry" data-body="{}">Try again</s-button>';
  return section(
    'Not dealt with',
    `${table(['What Shopify told', 'When', 'Tries'], rows)}\n${button}`,
  );
}

function registers({ log }: Overview): string {
  const rows = log.registers.map((one) => [
    escaped(one.name),
    one.isSilent ? '<s-badge tone="warning">silent</s-badge>' : '<s-badge>in touch</s-badge>',
    String(one.pendingCount),
    time(one.lastSeenAt),
  ]);
  if (rows.length === 0) {
    return section('Registers', '<s-paragraph>No register has called yet.</s-paragraph>');
  }
  return section('Registers', table(['Register', 'State', 'Waiting', 'Last heard of'], rows));
}

const section = (heading: string, body: string) =>
  `<s-section heading="${heading}">\n${body}\n</s-section>`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((one) => `<s-table-header>${one}</s-table-header>`).join('');
  const body = rows
    .map((row) => row.map((cell) => `<s-table-cell>${cell}</s-table-cell>`).join(''))
    .map((cells) => `<s-table-row>${cells}</s-table-row>`);
  return `<s-table>
<s-table-header-row>${head}</s-table-header-row>
<s-table-body>${body.join('\n')}</s-table-body>
</s-table>`;
}

function customerLink(id: number, names: Readonly<Record<string, string>>): string {
  const name = names[String(id)] ?? `Customer ${id}`;
  return `<s-link data-go="/app/customers/${id}">${escaped(name)}</s-link>`;
}

const time = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is text wherever it stands in a page. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
}

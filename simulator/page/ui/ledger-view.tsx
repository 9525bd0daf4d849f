/** The other side, live: what the server's ledger says, read through its own GET endpoints. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { currency, isCurrency } from '../../../shared/amount.ts';
import type { Register } from '../register.ts';
import { customerNamed, money, preciseTime } from './format.ts';
import { Section } from './panel.tsx';

const REFRESH_MS = 1_500;
const ROWS = 12;
const OPERATIONS = 40;

/** The parts of the answers that are shown; docs/protocol.md has the whole. */
interface Customer {
  readonly balances: readonly {
    readonly unit: string;
    readonly balance: number;
    readonly held: number;
  }[];
}

interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly ref: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly flags: readonly string[];
  readonly unit: string | null;
  readonly amount: number | null;
  readonly at: number;
  readonly repeats: number;
}

interface Sync {
  readonly syncId: string;
  readonly name: string;
  readonly receivedAt: number;
  readonly operations: number;
  readonly pendingCount: number;
  readonly counts: Readonly<Record<string, number>>;
}

interface View {
  readonly customer: Customer | undefined;
  readonly operations: readonly Operation[];
  readonly syncs: readonly Sync[];
}

const NOTHING: View = { customer: undefined, operations: [], syncs: [] };

export function LedgerView({ register }: { readonly register: Register }) {
  return (
    <Section title="Ledger (on the server)" name="ledger" open>
      <Ledger register={register} />
    </Section>
  );
}

function Ledger({ register }: { readonly register: Register }) {
  const view = useSignal(NOTHING);
  const trouble = useSignal('');
  const customer = useSignal<number | undefined>(undefined);
  const inCart = register.cartState.value.customer;
  if (inCart !== undefined) customer.value = inCart;
  useEffect(() => {
    const refresh = (): void => {
      readView(register, customer.value).then(
        (next) => {
          view.value = next;
          trouble.value = '';
        },
        (error: unknown) => (trouble.value = String(error)),
      );
    };
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [register, customer.value]);
  const { syncs, operations } = view.value;
  return (
    <>
      {trouble.value !== '' && <p class="hint">The server does not answer: {trouble.value}</p>}
      <Balances register={register} id={customer.value} customer={view.value.customer} />
      <h3>Operations</h3>
      <ul class="entries" data-testid="ledger-operations">
        {operations.map((operation) => (
          <OperationRow key={operation.id} register={register} operation={operation} />
        ))}
      </ul>
      <h3>Sync log</h3>
      <ul class="entries" data-testid="ledger-syncs">
        {syncs.map(({ syncId, name, receivedAt, operations: count, pendingCount, counts }) => (
          <li key={syncId}>
            <time>{preciseTime(receivedAt)}</time> {name}: {count} sent, {pendingCount} waiting{' '}
            <small>
              {Object.entries(counts)
                .map(([status, n]) => `${n} ${status}`)
                .join(', ')}
            </small>
          </li>
        ))}
      </ul>
    </>
  );
}

async function readView(register: Register, customer: number | undefined): Promise<View> {
  const { server } = register;
  const { user } = register.settings.value;
  const [operations, log, found] = await Promise.all([
    server.read(`/api/pos/operations?limit=${OPERATIONS}`, user),
    server.read(`/api/pos/sync-log?limit=${ROWS}`, user),
    customer === undefined
      ? undefined
      : server.read(`/api/pos/customers/${customer}`, user).catch(() => undefined),
  ]);
  const all = (operations as { readonly operations: readonly Operation[] }).operations;
  return {
    customer: found as Customer | undefined,
    // Two thousand opening balances of the demo shop would hide what registers did.
    operations: all.filter(({ kind }) => kind !== 'opening'),
    syncs: (log as { readonly syncs: readonly Sync[] }).syncs,
  };
}

interface BalancesProps {
  readonly register: Register;
  readonly id: number | undefined;
  readonly customer: Customer | undefined;
}

function Balances({ register, id, customer }: BalancesProps) {
  if (id === undefined) return <p class="hint">Choose a customer to see the ledger’s balance.</p>;
  return (
    <div class="balances" data-testid="ledger-balances">
      <strong>{customerNamed(id).name}</strong>
      {customer === undefined && (
        <span class="hint">The ledger knows nothing of this customer.</span>
      )}
      {customer?.balances.map(({ unit, balance, held }) => (
        <span key={unit} data-testid={`ledger-${unit}`}>
          {shownValue(register, unit, balance)}
          {held !== 0 && <small> ({shownValue(register, unit, held)} held)</small>}
        </span>
      ))}
    </div>
  );
}

function OperationRow({
  register,
  operation,
}: {
  readonly register: Register;
  readonly operation: Operation;
}) {
  const story = useSignal<unknown>(undefined);
  const { id, kind, ref, status, reason, flags, unit, amount, at, repeats } = operation;
  const value = unit === null || amount === null ? '' : shownValue(register, unit, amount);
  const read = (): void => {
    const path = `/api/pos/operations/${encodeURIComponent(id)}`;
    register.server.read(path, register.settings.value.user).then(
      (found) => (story.value = found),
      (error: unknown) => (story.value = String(error)),
    );
  };
  return (
    <li data-bad={status !== 'applied' || flags.length > 0}>
      <details onToggle={(event) => event.currentTarget.open && read()}>
        <summary>
          <time>{preciseTime(at)}</time> {kind} {value} <b>{status}</b>{' '}
          <small>
            {[ref, reason, ...flags].filter(Boolean).join(' · ')}
            {repeats > 0 && ` · sent ${repeats + 1} times`}
          </small>
        </summary>
        <pre>{story.value === undefined ? '…' : JSON.stringify(story.value, null, 1)}</pre>
      </details>
    </li>
  );
}

function shownValue(register: Register, unit: string, amount: number): string {
  const { locale } = register.settings.value;
  if (!isCurrency(unit)) return `${amount.toLocaleString(locale)} ${unit}`;
  return money(amount, currency(unit), locale);
}

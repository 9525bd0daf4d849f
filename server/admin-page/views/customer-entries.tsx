/** Every entry of a customer with its reason: what moved, by what, where, and who decided it. */
import type { CustomerEntry } from '../../../shared/merchant/customer.ts';
import { useHappenings } from '../happenings.ts';
import { OrderLink } from '../parts/links.tsx';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { CUSTOMER_WORDS } from './customer-words.ts';
import { storyPath } from './log-table.tsx';

export function EntryTable({ entries }: { readonly entries: readonly CustomerEntry[] }) {
  const said = useWords(CUSTOMER_WORDS);
  return (
    <s-table>
      <s-table-header-row>
        <s-table-header listSlot="primary">{said.what}</s-table-header>
        <s-table-header listSlot="labeled">{said.when}</s-table-header>
        <s-table-header listSlot="labeled">{said.where}</s-table-header>
        <s-table-header listSlot="labeled" format="numeric">
          {said.change}
        </s-table-header>
        <s-table-header listSlot="labeled" format="numeric">
          {said.after}
        </s-table-header>
      </s-table-header-row>
      <s-table-body>
        {entries.map((entry) => (
          <Entry key={`${entry.seq}/${entry.line}`} entry={entry} />
        ))}
      </s-table-body>
    </s-table>
  );
}

function Entry({ entry }: { readonly entry: CustomerEntry }) {
  const said = useWords(CUSTOMER_WORDS);
  const { kind, because } = useHappenings();
  const format = useFormat();
  const { unit, reason, comment, orderId, ref } = entry;
  const why = [
    ...(reason === null ? [] : [because(reason)]),
    ...(comment === null || comment === '' ? [] : [`“${comment}”`]),
    ...(ref === null ? [] : [said.reference(ref)]),
  ];
  const where = [
    ...(entry.register === null ? [] : [entry.register]),
    ...(entry.staff === null ? [] : [said.staff(String(entry.staff))]),
    ...(entry.by === null ? [] : [said.who(entry.by)]),
  ];
  return (
    <s-table-row>
      <s-table-cell>
        <s-stack gap="none">
          <s-link href={storyPath(entry.id)}>{kind(entry.kind)}</s-link>
          <s-text color="subdued">{why.join(', ')}</s-text>
        </s-stack>
      </s-table-cell>
      <s-table-cell>{format.moment(entry.at)}</s-table-cell>
      <s-table-cell>
        <s-stack gap="none">
          <s-text>{where.join(', ')}</s-text>
          {orderId !== null && <OrderLink id={orderId}>{said.order(String(orderId))}</OrderLink>}
        </s-stack>
      </s-table-cell>
      <s-table-cell>{format.change(unit, entry.amount)}</s-table-cell>
      <s-table-cell>{format.amount(unit, entry.balance)}</s-table-cell>
    </s-table-row>
  );
}

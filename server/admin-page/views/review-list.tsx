/** Cases below each other: one line each, and the evidence below the one that is open. */
import { useId, useRef, type KeyboardEvent } from 'react';
import { useSearchParams } from 'react-router';
import type { ReviewItem } from '../../../shared/merchant/review.ts';
import { useHappenings } from '../happenings.ts';
import { useNames, type CustomerNames } from '../names.ts';
import { useFormat } from '../surroundings.tsx';
import { Evidence } from './review-case.tsx';
import type { Decided } from './review-decided.ts';

export function CaseList(props: {
  readonly items: readonly ReviewItem[];
  readonly decided: Decided;
  readonly label: string;
}) {
  const { items, decided } = props;
  const list = useRef<HTMLUListElement>(null);
  const [address, setAddress] = useSearchParams();
  const names = useNames(items.map(({ customer }) => customer));
  const opened = address.get('item');
  const toggle = (key: string) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (next.get('item') === key) next.delete('item');
        else next.set('item', key);
        return next;
      },
      { replace: true },
    );
  return (
    <ul
      ref={list}
      style={LIST}
      aria-label={props.label}
      onKeyDown={(key) => walk(list.current, key)}
    >
      {items.map((item) => (
        <Case
          key={item.key}
          item={item}
          names={names}
          decided={decided}
          isOpened={item.key === opened}
          toggle={() => toggle(item.key)}
        />
      ))}
    </ul>
  );
}

const LIST = { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '8px' } as const;
const CARD = {
  border: '1px solid color-mix(in srgb, currentColor 22%, transparent)',
  borderRadius: '10px',
} as const;
const LINE = {
  display: 'flex',
  flexWrap: 'wrap',
  gap: '4px 12px',
  alignItems: 'baseline',
  inlineSize: '100%',
  padding: '10px 14px',
  border: 0,
  borderRadius: '10px',
  background: 'none',
  color: 'inherit',
  font: 'inherit',
  textAlign: 'start',
  cursor: 'pointer',
} as const;
const NAME = { fontWeight: 600, flex: '1 1 220px' } as const;
const MARK = { inlineSize: '1em', flex: 'none' } as const;
const INSIDE = { padding: '4px 14px 14px' } as const;
const HEAD = '[data-case]';

/** Arrow keys go from line to line, as far as there are any; everything else stays as it is. */
function walk(list: HTMLElement | null, event: KeyboardEvent): void {
  const { target, key } = event;
  if (list === null || !(target instanceof HTMLElement) || !target.matches(HEAD)) return;
  const heads = [...list.querySelectorAll<HTMLElement>(HEAD)];
  const here = heads.indexOf(target);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: heads.length - 1 }[key];
  const next = to === undefined ? undefined : heads[to];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function Case(props: {
  readonly item: ReviewItem;
  readonly names: CustomerNames;
  readonly decided: Decided;
  readonly isOpened: boolean;
  readonly toggle: () => void;
}) {
  const { item, names, isOpened } = props;
  const { review, decided: decidedText } = useHappenings();
  const format = useFormat();
  const inside = useId();
  const { customer, unit, amount } = item;
  const last = item.decisions.at(-1);
  const facts = [
    ...(customer === null ? [] : [names.of(customer)]),
    ...(unit === null || amount === null ? [] : [format.amount(unit, amount)]),
    ...(item.register === null ? [] : [item.register]),
    format.ago(item.at),
    ...(last === undefined ? [] : [decidedText(last.action)]),
  ];
  return (
    <li style={CARD}>
      <button
        type="button"
        data-case={item.key}
        aria-expanded={isOpened}
        aria-controls={inside}
        style={LINE}
        onClick={props.toggle}
      >
        <span aria-hidden="true" style={MARK}>
          {isOpened ? '▾' : '▸'}
        </span>
        <span style={NAME}>{review(item.kind).name}</span>
        <span>{facts.join(' · ')}</span>
      </button>
      <div id={inside} style={INSIDE} hidden={!isOpened}>
        {isOpened && <Evidence item={item} names={names} decided={props.decided} />}
      </div>
    </li>
  );
}

/** What the log can be narrowed to; each field changes the address at once. */
import type { ReactNode } from 'react';
import { LOG_STATES, type LogChoices } from '../../../shared/merchant/log.ts';
import { useHappenings } from '../happenings.ts';
import { useWords } from '../words.ts';
import type { AddressFilter, FilterName } from './log-address.ts';
import { LOG_WORDS } from './log-words.ts';

type Change = { readonly [Name in FilterName]?: string | undefined };

export function LogFilters(props: {
  readonly names: readonly FilterName[];
  readonly filter: AddressFilter;
  readonly choices: LogChoices;
  readonly onChange: (change: Change) => void;
}) {
  const { names, filter, onChange } = props;
  const said = useWords(LOG_WORDS);
  const options = useOptions(props.choices);
  const isSet = names.some((name) => filter[name] !== undefined);
  const clear = () => onChange(Object.fromEntries(names.map((name) => [name, undefined])));
  return (
    <div>
      <div style={GRID}>
        {names.map((name) => (
          <Field
            key={name}
            name={name}
            value={filter[name] ?? ''}
            options={options[name]}
            onChange={(value) => onChange({ [name]: value })}
          />
        ))}
      </div>
      {isSet && (
        <div style={CLEAR}>
          <s-button variant="tertiary" onClick={clear}>
            {said.clear}
          </s-button>
        </div>
      )}
    </div>
  );
}

const GRID = {
  display: 'grid',
  gap: '12px',
  gridTemplateColumns: 'repeat(auto-fill, minmax(150px, 1fr))',
} as const;
const CLEAR = { marginBlockStart: 8 } as const;

interface Option {
  readonly value: string;
  readonly text: string;
}

function useOptions(choices: LogChoices): { readonly [Name in FilterName]?: readonly Option[] } {
  const said = useWords(LOG_WORDS);
  const { kind, state } = useHappenings();
  const numbered = (ids: readonly number[], name: (id: string) => string) =>
    ids.map((id) => ({ value: String(id), text: name(String(id)) }));
  return {
    device: choices.registers.map(({ device, name }) => ({ value: device, text: name || device })),
    staff: numbered(choices.staff, said.staffNumber),
    location: numbered(choices.locations, said.locationNumber),
    kind: choices.kinds
      .map((name) => ({ value: name, text: kind(name) }))
      .sort((a, b) => a.text.localeCompare(b.text)),
    state: LOG_STATES.map((name) => ({ value: name, text: state(name) })),
  };
}

interface FieldProps {
  readonly name: FilterName;
  readonly value: string;
  readonly options: readonly Option[] | undefined;
  readonly onChange: (value: string) => void;
}

function Field({ name, value, options, onChange }: FieldProps): ReactNode {
  const said = useWords(LOG_WORDS);
  const { kind } = useHappenings();
  if (name === 'text') {
    return (
      <s-search-field
        label={said.search}
        placeholder={said.searchHint}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  const label = LABELS[name];
  if (name === 'from' || name === 'to') {
    return (
      <s-date-field
        label={said[label]}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  if (options === undefined) {
    return (
      <s-text-field
        label={said[label]}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  // A link may name what is not among the choices any more.
  const isListed = value === '' || options.some((option) => option.value === value);
  const other = { value, text: name === 'kind' ? kind(value) : value };
  return (
    <s-select
      label={said[label]}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      <s-option value="">{said.any}</s-option>
      {[...options, ...(isListed ? [] : [other])].map((option) => (
        <s-option key={option.value} value={option.value}>
          {option.text}
        </s-option>
      ))}
    </s-select>
  );
}

const LABELS = {
  device: 'register',
  staff: 'staff',
  customer: 'customer',
  location: 'location',
  kind: 'kind',
  state: 'state',
  from: 'from',
  to: 'to',
} as const;

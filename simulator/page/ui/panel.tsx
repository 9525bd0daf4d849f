/** The pieces that Backstage is made of. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface SectionProps {
  readonly title: string;
  readonly name: string;
  readonly open?: boolean;
  readonly note?: string | undefined;
  readonly children: ComponentChildren;
}

/** What is folded away is not there at all, so that nothing reads or draws behind it. */
export function Section({ title, name, open = false, note, children }: SectionProps) {
  const isOpen = useSignal(open);
  return (
    <details
      class="section"
      open={isOpen.value}
      data-testid={`backstage-${name}`}
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
    >
      <summary>
        <span>{title}</span>
        {note !== undefined && <small>{note}</small>}
      </summary>
      {isOpen.value && <div class="section-body">{children}</div>}
    </details>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly name: string;
  readonly on: boolean;
  readonly change: (on: boolean) => void;
}

export function Toggle({ label, name, on, change }: ToggleProps) {
  return (
    <label class="row">
      <span>{label}</span>
      <input
        type="checkbox"
        role="switch"
        data-testid={name}
        checked={on}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </label>
  );
}

interface CounterProps {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly change: (value: number) => void;
}

export function Counter({ label, name, value, change }: CounterProps) {
  return (
    <div class="row">
      <span>{label}</span>
      <span class="counter">
        <button
          type="button"
          aria-label={`${label}: one less`}
          disabled={value === 0}
          onClick={() => change(value - 1)}
        >
          −
        </button>
        <output data-testid={name}>{value}</output>
        <button type="button" aria-label={`${label}: one more`} onClick={() => change(value + 1)}>
          +
        </button>
      </span>
    </div>
  );
}

export interface Option<T> {
  readonly value: T;
  readonly label: string;
}

interface ChoiceProps<T> {
  readonly label: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly change: (value: T) => void;
}

/** A select whose values may be of any type: the place in the list is what the browser sees. */
export function Choice<T>({ label, name, value, options, change }: ChoiceProps<T>) {
  return (
    <label class="row">
      <span>{label}</span>
      <select
        data-testid={name}
        onChange={(event) => {
          const chosen = options[event.currentTarget.selectedIndex];
          if (chosen !== undefined) change(chosen.value);
        }}
      >
        {options.map((option) => (
          <option selected={option.value === value}>{option.label}</option>
        ))}
      </select>
    </label>
  );
}

export function Actions({ children }: { readonly children: ComponentChildren }) {
  return <div class="actions">{children}</div>;
}

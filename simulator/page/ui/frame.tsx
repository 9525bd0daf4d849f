/** What the screens of one thing have in common: the way back, facts, and room for extensions. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { placesOn } from '../../platform/places.ts';
import type { CartDiscount } from '../cart-totals.ts';
import type { Register } from '../register.ts';
import { ContextView } from './context-view.tsx';
import { money } from './format.ts';
import { BackIcon } from './icons.tsx';

interface FrameProps {
  readonly register: Register;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A screen with its way back; what extensions have to say stands below its own facts. */
export function Frame({ register, title, children }: FrameProps) {
  return (
    <section class="details" aria-label={title} data-testid="details">
      <header>
        <button
          type="button"
          aria-label="Back"
          data-testid="close-details"
          onClick={() => register.closeDetails()}
        >
          <BackIcon />
        </button>
        <h2>{title}</h2>
      </header>
      <div class="details-body">
        {children}
        <Spots register={register} />
      </div>
    </section>
  );
}

/** The block and the menu item of the screen that is open; nothing where there is neither. */
export function Spots({ register }: { readonly register: Register }) {
  const details = register.details.value;
  if (details === undefined) return null;
  const places = placesOn(details.screen).filter((place) => register.contexts.value.has(place));
  return (
    <>
      {places.map((place) => (
        <div class={place.endsWith('-menu') ? 'spot spot-menu' : 'spot'} key={place}>
          {place.endsWith('-menu') && <h3>More actions</h3>}
          <ContextView register={register} place={place} />
        </div>
      ))}
    </>
  );
}

/** Pairs of a name and a value; a value that is not there leaves its row out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, string?])[] }) {
  return (
    <dl class="facts">
      {rows.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function shownMoney(register: Register): (amount: number) => string {
  return (amount) => money(amount, register.rules.currency, register.settings.value.locale);
}

/** Does something and says why when it did not work. */
export function useAttempt() {
  const failure = useSignal('');
  return {
    failure,
    attempt(work: () => unknown): void {
      failure.value = '';
      Promise.resolve()
        .then(work)
        .catch((error: unknown) => {
          failure.value = error instanceof Error ? error.message : 'That did not work';
        });
    },
  };
}

export function Failure({ text }: { readonly text: string }) {
  return text === '' ? null : <p role="alert">{text}</p>;
}

/** A percentage says how much it is; an amount is in the title. */
export function discountName({ title, type, value }: CartDiscount): string {
  return type === 'FixedAmount' ? title : `${title} (${value}%)`;
}

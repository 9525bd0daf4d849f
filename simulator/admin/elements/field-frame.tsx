/** What stands around every field: its label, a hint or a fault, and how it tells its value. */
import type { ComponentChildren } from 'preact';
import type { ElementDefinition, HostElement } from '../../elements/element-class.ts';

export const FIELD_CSS = `
  label, legend { display: block; padding: 0; margin: 0 0 4px; font-size: 13px; line-height: 20px; }
  .star { color: var(--sa-critical); }
  .line {
    display: flex; align-items: center; gap: 6px; min-block-size: 34px; padding-inline: 10px;
    border: 1px solid var(--sa-line-strong); border-radius: 8px; background: var(--sa-card);
  }
  .line:focus-within { outline: 2px solid var(--sa-focus); outline-offset: 1px; }
  .line.wrong { border-color: var(--sa-critical); background: var(--sa-critical-back); }
  .line.off { background: var(--sa-sunken); border-color: var(--sa-line); color: var(--sa-soft); }
  .beside { color: var(--sa-soft); white-space: nowrap; }
  .line :is(input, textarea, select) {
    flex: 1; min-inline-size: 0; inline-size: 100%; padding: 6px 0; border: 0; outline: 0;
    background: none; font-size: 14px; line-height: 20px; color: inherit;
  }
  .line input { block-size: 32px; }
  .line ::placeholder { color: var(--sa-soft); opacity: 1; }
  .hint { margin: 4px 0 0; font-size: 12px; line-height: 16px; color: var(--sa-soft); }
  .hint:empty { display: none; }
  .error { display: flex; gap: 4px; color: var(--sa-critical); }
`;

/** Id of a field's own input, and of what is said about it. */
export const INPUT = 'input';
export const HINT = 'hint';

export function isWrong(host: HostElement): boolean {
  return host.text('error') !== '' || host.querySelector(':scope > [slot="error"]') !== null;
}

/** The label is always there to be heard; with `exclusive` it is not seen. */
export function labelClass(host: HostElement): string {
  return host.text('labelAccessibilityVisibility') === 'exclusive' ? 'unseen' : '';
}

export function LabelText({ host }: { readonly host: HostElement }) {
  return (
    <>
      {host.text('label')}
      {host.flag('required') && (
        <span class="star" aria-hidden="true">
          {' *'}
        </span>
      )}
    </>
  );
}

export function Hint({ host }: { readonly host: HostElement }) {
  const error = host.text('error');
  return (
    <>
      <div id={HINT} class={isWrong(host) ? 'hint error' : 'hint'}>
        {isWrong(host) ? (
          <slot name="error">{error}</slot>
        ) : (
          <slot name="details">{host.text('details')}</slot>
        )}
      </div>
    </>
  );
}

export function Framed(props: {
  readonly host: HostElement;
  readonly children: ComponentChildren;
}) {
  const { host } = props;
  const states = [isWrong(host) ? 'wrong' : '', host.flag('disabled') ? 'off' : ''];
  return (
    <>
      <label for={INPUT} class={labelClass(host)}>
        <LabelText host={host} />
      </label>
      <div class={['line', ...states].filter((state) => state !== '').join(' ')}>
        {props.children}
      </div>
      <Hint host={host} />
    </>
  );
}

/** What every input says of itself. */
export function inputState(host: HostElement) {
  const label = host.text('label') || host.text('accessibilityLabel') || host.text('placeholder');
  return {
    id: INPUT,
    name: host.text('name') || undefined,
    disabled: host.flag('disabled'),
    required: host.flag('required'),
    'aria-invalid': isWrong(host),
    'aria-describedby': HINT,
    ...(host.text('label') === '' ? { 'aria-label': label } : {}),
  };
}

/** What was set or typed, and before that the value that the field begins with. */
export function valueOf(host: HostElement): string {
  return host.text(host.isSet('value') ? 'value' : 'defaultValue');
}

/** Keeps the new value and tells it once, in place of the browser's own event. */
export function teller(host: HostElement, name: 'input' | 'change') {
  return (event: Event & { readonly currentTarget: { readonly value: string } }): void => {
    event.stopPropagation();
    host.keep('value', event.currentTarget.value);
    host.emit(name);
  };
}

/** A field of one text. */
export const TEXT_FIELD = {
  reads: { value: valueOf },
  field: {
    value: valueOf,
    reset: (host: HostElement) => host.keep('value', undefined),
  },
  connected: watchSlots,
} satisfies Partial<ElementDefinition>;

/** What is said about a field may come in slots, any time. */
export function watchSlots(host: HostElement): void {
  const changes = new MutationObserver(() => host.refresh());
  changes.observe(host, { childList: true, subtree: true, characterData: true, attributes: true });
}

/** Enter in a line of text sends the form, as it does in the browser's own fields. */
export function sendOnEnter(host: HostElement) {
  return (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) host.ownForm()?.requestSubmit();
  };
}

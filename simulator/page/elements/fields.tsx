/**
 * Fields. The native event stays inside: the extension hears one event with the new value, and what
 * it sets while a person types is written only when it differs from what the field shows.
 */
import type { HTMLAttributes, TargetedEvent } from 'preact';
import { redrawWithChildren, type HostElement } from '../../elements/element-class.ts';
import { defineElement } from './define.tsx';

const FIELD_CSS = `
  label {
    display: block; margin: 0 0 6px; font-size: 14px; line-height: 20px; color: var(--ink-soft);
  }
  .line { display: flex; gap: 8px; align-items: stretch; }
  input, textarea {
    flex: 1; min-inline-size: 0; min-block-size: 48px; padding: 10px 14px; font-size: 17px;
    border: 1px solid var(--line-strong); border-radius: 12px; background: var(--card);
  }
  input[aria-invalid="true"] { border-color: var(--bad); }
  input:disabled { background: var(--faint); color: var(--ink-faint); }
  p { margin: 6px 0 0; font-size: 14px; line-height: 19px; color: var(--ink-soft); }
  p.error { color: var(--bad); }
`;

const INPUT_TYPES: Readonly<Record<string, string>> = {
  's-text-field': 'text',
  's-number-field': 'text',
  's-email-field': 'email',
  's-search-field': 'search',
  's-date-field': 'date',
  's-time-field': 'time',
};

export function defineFields(): void {
  for (const [tag, type] of Object.entries(INPUT_TYPES))
    defineElement(tag, { css: FIELD_CSS, view: (host) => <Field host={host} type={type} /> });
  defineElement('s-text-area', {
    css: FIELD_CSS,
    view: (host) => <Field host={host} type="area" />,
  });
  defineSwitch();
  defineChoices();
}

function Field({ host, type }: { readonly host: HostElement; readonly type: string }) {
  const error = host.text('error');
  const details = host.text('details');
  const label = host.text('label');
  const attributes = {
    id: 'field',
    value: host.text('value'),
    placeholder: host.text('placeholder'),
    disabled: host.flag('disabled'),
    required: host.flag('required'),
    'aria-invalid': error !== '',
    'aria-describedby': 'hint',
    ...(label === '' ? { 'aria-label': host.text('placeholder') } : {}),
    ...tellers(host),
  };
  return (
    <>
      {label !== '' && <label for="field">{label}</label>}
      <div class="line">
        {type === 'area' ? (
          <textarea {...attributes} rows={Number(host.property('rows') ?? 3)} />
        ) : (
          <input {...attributes} type={type} inputMode={inputMode(host)} autocomplete="off" />
        )}
        <slot name="accessory" />
      </div>
      <p id="hint" class={error === '' ? '' : 'error'}>
        {error === '' ? details : error}
      </p>
    </>
  );
}

/** The four events of a field, each with the value that the field shows. */
function tellers(host: HostElement) {
  const tell =
    (name: string) =>
    (event: TargetedEvent<HTMLInputElement | HTMLTextAreaElement>): void => {
      event.stopPropagation();
      const { value } = event.currentTarget;
      host.keep('value', value);
      host.emit(name, { value });
    };
  const quietly = (name: string) => (event: FocusEvent) => {
    event.stopPropagation();
    host.emit(name);
  };
  return {
    onInput: tell('input'),
    onChange: tell('change'),
    onFocus: quietly('focus'),
    onBlur: quietly('blur'),
  };
}

function inputMode(host: HostElement): NonNullable<HTMLAttributes['inputMode']> {
  const asked = host.text('inputMode');
  if (asked === 'decimal' || asked === 'numeric') return asked;
  return host.localName === 's-number-field' ? 'decimal' : 'text';
}

function defineSwitch(): void {
  defineElement('s-switch', {
    css: `
      label {
        display: flex; align-items: center; gap: 12px; min-block-size: 44px; font-size: 16px;
      }
      span { flex: 1; }
      input { inline-size: 48px; block-size: 28px; accent-color: var(--accent); }
      p { margin: 0; font-size: 14px; color: var(--ink-soft); }
    `,
    view(host) {
      const checked = host.flag('checked') || host.flag('defaultChecked');
      return (
        <>
          <label>
            <span>{host.text('label') || host.text('accessibilityLabel')}</span>
            <input
              type="checkbox"
              role="switch"
              checked={checked}
              disabled={host.flag('disabled')}
              onInput={(event) => event.stopPropagation()}
              onChange={(event) => {
                event.stopPropagation();
                const detail = { checked: event.currentTarget.checked };
                host.keep('checked', detail.checked);
                host.emit('input', detail);
                host.emit('change', detail);
              }}
            />
          </label>
          <p>{host.text('error') || host.text('details')}</p>
        </>
      );
    },
  });
}

function defineChoices(): void {
  defineElement('s-choice-list', {
    connected(host) {
      host.addEventListener('simulator-choose', (event) => {
        const value = event instanceof CustomEvent ? String(event.detail) : '';
        const values = chosen(host, value);
        host.keep('values', values);
        host.refresh();
        host.emit('input', { values });
        host.emit('change', { values });
      });
    },
    view(host) {
      host.setAttribute('role', host.flag('multiple') ? 'group' : 'radiogroup');
      for (const choice of host.querySelectorAll<HostElement>('s-choice')) choice.refresh();
      return <slot ref={(slot) => redrawWithChildren(host, slot)} />;
    },
  });
  defineElement('s-choice', {
    css: `
      label {
        display: flex; align-items: center; gap: 12px; min-block-size: 44px; font-size: 16px;
      }
      input { inline-size: 22px; block-size: 22px; accent-color: var(--accent); }
    `,
    view(host) {
      const list = host.closest<HostElement>('s-choice-list');
      const value = host.text('value');
      const isMany = list?.flag('multiple') === true;
      return (
        <label>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            disabled={host.flag('disabled')}
            checked={valuesOf(list).includes(value) || host.flag('selected')}
            onInput={(event) => event.stopPropagation()}
            onChange={(event) => {
              event.stopPropagation();
              list?.dispatchEvent(new CustomEvent('simulator-choose', { detail: value }));
            }}
          />
          <slot />
        </label>
      );
    },
  });
}

function valuesOf(list: HostElement | null): readonly unknown[] {
  const values = list?.property('values');
  return Array.isArray(values) ? values : [];
}

function chosen(list: HostElement, value: string): readonly unknown[] {
  if (!list.flag('multiple')) return [value];
  const values = valuesOf(list);
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}

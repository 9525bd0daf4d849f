/** Fields in which a person writes. */
import type { HTMLAttributes } from 'preact';
import type { HostElement } from '../../elements/element-class.ts';
import { defineElement } from './define.ts';
import {
  FIELD_CSS,
  Framed,
  inputState,
  sendOnEnter,
  teller,
  TEXT_FIELD,
  valueOf,
} from './field-frame.tsx';
import { Glyph } from './glyphs.tsx';

type InputAttributes = HTMLAttributes<HTMLInputElement>;

const TYPES: Readonly<Record<string, string>> = {
  's-text-field': 'text',
  's-number-field': 'number',
  's-money-field': 'text',
  's-search-field': 'search',
  's-email-field': 'email',
  's-url-field': 'url',
  's-password-field': 'password',
  's-date-field': 'date',
  's-color-field': 'text',
};

export function defineFields(): void {
  for (const [tag, type] of Object.entries(TYPES))
    defineElement(tag, {
      ...TEXT_FIELD,
      css: FIELD_CSS,
      view: (host) => <Field host={host} type={type} />,
    });
  defineElement('s-text-area', {
    ...TEXT_FIELD,
    css: `${FIELD_CSS} .line { padding-block: 2px; } textarea { resize: vertical; }`,
    view: (host) => (
      <Framed host={host}>
        <textarea {...inputState(host)} {...written(host)} rows={Number(host.text('rows') || 3)} />
      </Framed>
    ),
  });
  definePickers();
}

function Field({ host, type }: { readonly host: HostElement; readonly type: string }) {
  const icon = type === 'search' ? 'search' : host.text('icon');
  return (
    <Framed host={host}>
      {icon !== '' && <Glyph type={icon} />}
      {prefixOf(host) !== '' && <span class="beside">{prefixOf(host)}</span>}
      {type === 'text' && host.localName === 's-color-field' && <Patch host={host} />}
      <input
        {...inputState(host)}
        {...written(host)}
        {...bounds(host)}
        type={type}
        inputMode={modeOf(host)}
        onKeyDown={sendOnEnter(host)}
      />
      {host.text('suffix') !== '' && <span class="beside">{host.text('suffix')}</span>}
      <slot name="accessory" />
    </Framed>
  );
}

function prefixOf(host: HostElement): string {
  const code = host.localName === 's-money-field' ? host.text('currencyCode') : '';
  return host.text('prefix') || (code === 'auto' ? '' : code);
}

function Patch({ host }: { readonly host: HostElement }) {
  const background = valueOf(host);
  const size = { inlineSize: '18px', blockSize: '18px', borderRadius: '4px' };
  return <span style={{ ...size, background, border: '1px solid var(--sa-line-strong)' }} />;
}

function modeOf(host: HostElement): NonNullable<InputAttributes['inputMode']> | undefined {
  if (host.localName === 's-money-field') return 'decimal';
  if (host.localName !== 's-number-field') return undefined;
  return host.text('inputMode') === 'numeric' ? 'numeric' : 'decimal';
}

/** The value, and what tells that it changed. */
function written(host: HostElement) {
  return {
    value: valueOf(host),
    placeholder: host.text('placeholder') || undefined,
    readOnly: host.flag('readOnly'),
    autocomplete: host.text('autocomplete') || 'off',
    maxLength: numberOf(host, 'maxLength'),
    minLength: numberOf(host, 'minLength'),
    onInput: teller(host, 'input'),
    onChange: teller(host, 'change'),
  };
}

function numberOf(host: HostElement, name: string): number | undefined {
  const text = host.text(name);
  return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
}

function bounds(host: HostElement) {
  if (host.localName === 's-date-field') {
    const [first, last] = rangeOf(host.text('allow'));
    return { min: first, max: last };
  }
  if (host.localName !== 's-number-field') return {};
  const step = numberOf(host, 'step') ?? 'any';
  return { min: numberOf(host, 'min'), max: numberOf(host, 'max'), step };
}

/** "2024-02-01--2025-01-31" → both days; either may be missing. */
function rangeOf(allow: string): readonly [string | undefined, string | undefined] {
  const [first = '', last = ''] = allow.includes(',') ? [] : allow.split('--');
  const day = (text: string) => (/^\d{4}-\d\d-\d\d$/.test(text.trim()) ? text.trim() : undefined);
  return [day(first), day(allow.includes('--') ? last : '')];
}

/** Pickers stand in the page as they are; one day or colour at a time is enough here. */
function definePickers(): void {
  defineElement('s-date-picker', {
    ...TEXT_FIELD,
    css: `${FIELD_CSS} :host { display: inline-flex; gap: 8px; }`,
    view(host) {
      const parts = valueOf(host).split('--');
      const names = host.text('type') === 'range' ? ['First day', 'Last day'] : ['Day'];
      const told = (at: number, name: 'input' | 'change') => (event: Event) => {
        event.stopPropagation();
        if (!(event.currentTarget instanceof HTMLInputElement)) return;
        const { value } = event.currentTarget;
        host.keep('value', names.map((_, one) => (one === at ? value : parts[one])).join('--'));
        host.emit(name);
      };
      return names.map((name, at) => (
        <span class="line" key={name}>
          <input
            type="date"
            aria-label={name}
            value={parts[at] ?? ''}
            onInput={told(at, 'input')}
            onChange={told(at, 'change')}
          />
        </span>
      ));
    },
  });
  defineElement('s-color-picker', {
    ...TEXT_FIELD,
    css: 'input { inline-size: 160px; block-size: 80px; padding: 0; border: 0; background: none; }',
    view: (host) => (
      <input
        type="color"
        aria-label="Colour"
        value={valueOf(host) || '#000000'}
        onInput={teller(host, 'input')}
        onChange={teller(host, 'change')}
      />
    ),
  });
}

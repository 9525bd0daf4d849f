/** Fields in which a person chooses. */
import type { HostElement } from '../../elements/element-class.ts';
import { defineElement } from './define.ts';
import {
  FIELD_CSS,
  Framed,
  Hint,
  HINT,
  INPUT,
  inputState,
  isWrong,
  labelClass,
  LabelText,
  teller,
  watchSlots,
} from './field-frame.tsx';
import { Glyph } from './glyphs.tsx';

const TICK_CSS = `
  .choice { display: flex; align-items: flex-start; gap: 8px; margin: 0; font-size: 14px; }
  .choice input {
    flex: none; inline-size: 16px; block-size: 16px; margin: 2px 0 0; accent-color: var(--sa-main);
  }
  .choice + .hint, .more { margin-inline-start: 24px; }
  .more { font-size: 12px; line-height: 16px; color: var(--sa-soft); }
`;

export function defineChoices(): void {
  defineSelect();
  defineTicks();
  defineChoiceList();
}

function defineSelect(): void {
  defineElement('s-select', {
    css: `${FIELD_CSS}
      .line { position: relative; padding: 0; }
      select { appearance: none; padding: 6px 32px 6px 10px !important; border-radius: 8px; }
      option, optgroup { background: var(--sa-card); color: var(--sa-ink); }
      .line > svg { position: absolute; inset-inline-end: 10px; pointer-events: none; }
    `,
    connected: watchSlots,
    reads: { value: chosenValue },
    field: { value: chosenValue, reset: (host) => host.keep('value', undefined) },
    view(host) {
      const value = chosenValue(host);
      const placeholder = host.text('placeholder');
      return (
        <Framed host={host}>
          <select
            {...inputState(host)}
            value={value}
            onInput={teller(host, 'input')}
            onChange={teller(host, 'change')}
          >
            {placeholder !== '' && (
              <option value="" disabled hidden selected={value === ''}>
                {placeholder}
              </option>
            )}
            {[...host.children].map((child) => optionOf(child, value))}
          </select>
          <Glyph type="chevron-down" />
        </Framed>
      );
    },
  });
  for (const tag of ['s-option', 's-option-group'])
    defineElement(tag, {
      css: ':host { display: none; }',
      view(host) {
        host.closest<HostElement>('s-select')?.refresh();
        return <slot />;
      },
    });
}

function optionOf(child: Element, value: string) {
  const host = child as HostElement;
  if (host.localName === 's-option-group')
    return (
      <optgroup label={host.text('label')} disabled={host.flag('disabled')}>
        {[...host.children].map((one) => optionOf(one, value))}
      </optgroup>
    );
  if (host.localName !== 's-option') return null;
  const own = optionValue(host);
  return (
    <option key={own} value={own} disabled={host.flag('disabled')} selected={own === value}>
      {host.textContent.trim()}
    </option>
  );
}

function optionValue(option: HostElement): string {
  return option.isSet('value') ? option.text('value') : option.textContent.trim();
}

/** What was chosen; else the option that is marked; else the first, unless a placeholder stands. */
function chosenValue(host: HostElement): string {
  if (host.isSet('value')) return host.text('value');
  const options = [...host.querySelectorAll<HostElement>('s-option')];
  const marked = options.find(
    (option) => option.flag('selected') || option.flag('defaultSelected'),
  );
  if (marked !== undefined) return optionValue(marked);
  const first = options.find((option) => !option.flag('disabled'));
  return host.text('placeholder') !== '' || first === undefined ? '' : optionValue(first);
}

function isChecked(host: HostElement): boolean {
  return host.flag(host.isSet('checked') ? 'checked' : 'defaultChecked');
}

/** A box that is ticked counts in the form under its value. */
function formValue(host: HostElement): string | null {
  return isChecked(host) ? host.text('value') || 'on' : null;
}

function defineTicks(): void {
  const shared = {
    connected: watchSlots,
    reads: {
      checked: isChecked,
      indeterminate: (host: HostElement) =>
        host.flag(host.isSet('indeterminate') ? 'indeterminate' : 'defaultIndeterminate'),
    },
    field: {
      value: formValue,
      reset: (host: HostElement) => host.keep('checked', undefined),
    },
  };
  defineElement('s-checkbox', {
    ...shared,
    css: FIELD_CSS + TICK_CSS,
    view: (host) => <Tick host={host} />,
  });
  defineElement('s-switch', {
    ...shared,
    css: `${FIELD_CSS}${TICK_CSS}
      .choice input {
        appearance: none; position: relative; inline-size: 34px; block-size: 20px; margin: 0;
        border-radius: 10px; background: var(--sa-line-strong); cursor: pointer;
        transition: background 0.15s;
      }
      .choice input::after {
        content: ''; position: absolute; inset-block-start: 2px; inset-inline-start: 2px;
        inline-size: 16px; block-size: 16px; border-radius: 50%; background: var(--sa-card);
        transition: inset-inline-start 0.15s;
      }
      .choice input:checked { background: var(--sa-main); }
      .choice input:checked::after { inset-inline-start: 16px; }
      .choice input:disabled { opacity: 0.5; cursor: default; }
      .choice + .hint { margin-inline-start: 42px; }
    `,
    view: (host) => <Tick host={host} role="switch" />,
  });
}

function Tick({ host, role }: { readonly host: HostElement; readonly role?: 'switch' }) {
  const label = host.text('accessibilityLabel');
  const isPartly = role === undefined && Reflect.get(host, 'indeterminate') === true;
  return (
    <>
      <label class="choice">
        <input
          {...inputState(host)}
          type="checkbox"
          role={role}
          aria-label={label || undefined}
          checked={isChecked(host)}
          ref={(input) => {
            if (input !== null) input.indeterminate = isPartly;
          }}
          onInput={(event) => event.stopPropagation()}
          onChange={(event) => {
            event.stopPropagation();
            host.keep('checked', event.currentTarget.checked);
            host.keep('indeterminate', false);
            host.emit('input');
            host.emit('change');
          }}
        />
        <span class={labelClass(host)}>
          <LabelText host={host} />
        </span>
      </label>
      <Hint host={host} />
    </>
  );
}

function defineChoiceList(): void {
  defineElement('s-choice-list', {
    css: `${FIELD_CSS}${TICK_CSS}
      fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
      .choices { display: flex; flex-direction: column; gap: 6px; }
    `,
    connected(host) {
      watchSlots(host);
    },
    reads: { values: valuesOf },
    field: { value: listForm, reset: (host) => host.keep('values', undefined) },
    view: (host) => (
      <fieldset
        role={host.flag('multiple') ? 'group' : 'radiogroup'}
        aria-invalid={!host.flag('multiple') && isWrong(host) ? true : undefined}
        aria-describedby={HINT}
      >
        <legend class={labelClass(host)}>{host.text('label')}</legend>
        <div class="choices">
          {choicesOf(host).map((choice, at) => (
            <ChoiceRow key={choice.text('value')} list={host} choice={choice} at={at} />
          ))}
        </div>
        <Hint host={host} />
      </fieldset>
    ),
  });
  defineElement('s-choice', {
    css: '.more { font-size: 12px; line-height: 16px; color: var(--sa-soft); }',
    view(host) {
      host.closest<HostElement>('s-choice-list')?.refresh();
      return (
        <>
          <slot />
          <div class="more">
            <slot name="details" />
          </div>
          <slot name="secondary-content" />
        </>
      );
    },
  });
}

function ChoiceRow(props: {
  readonly list: HostElement;
  readonly choice: HostElement;
  readonly at: number;
}) {
  const { list, choice, at } = props;
  const isMany = list.flag('multiple');
  // Inputs of one group must stand in one tree, so each choice's text is slotted beside its own.
  if (choice.slot !== `choice-${at}`) choice.slot = `choice-${at}`;
  return (
    <label class="choice">
      <input
        type={isMany ? 'checkbox' : 'radio'}
        name={INPUT}
        value={choice.text('value')}
        aria-label={choice.text('accessibilityLabel') || undefined}
        disabled={list.flag('disabled') || choice.flag('disabled')}
        checked={valuesOf(list).includes(choice.text('value'))}
        onInput={(event) => event.stopPropagation()}
        onChange={(event) => {
          event.stopPropagation();
          list.keep('values', chosenAfter(list, choice.text('value')));
          list.refresh();
          list.emit('input');
          list.emit('change');
        }}
      />
      <slot name={`choice-${at}`} />
    </label>
  );
}

function choicesOf(list: HostElement): readonly HostElement[] {
  return [...list.querySelectorAll<HostElement>('s-choice')];
}

/** What was chosen, or the choices that are marked. */
function valuesOf(list: HostElement): readonly string[] {
  const values = list.property('values');
  if (Array.isArray(values)) return values.map(String);
  return choicesOf(list)
    .filter((choice) => choice.flag('selected') || choice.flag('defaultSelected'))
    .map((choice) => choice.text('value'));
}

function chosenAfter(list: HostElement, value: string): readonly string[] {
  if (!list.flag('multiple')) return [value];
  const values = valuesOf(list);
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}

function listForm(list: HostElement): FormData {
  const form = new FormData();
  for (const value of valuesOf(list)) form.append(list.text('name'), value);
  return form;
}

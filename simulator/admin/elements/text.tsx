/** Components that say something. */
import type { HostElement } from '../../elements/element-class.ts';
import { hiddenFromAll, setOrRemove, UNSEEN } from './box.ts';
import { defineElement } from './define.ts';

const SIZES: Readonly<Record<string, string>> = {
  'small-200': '11px/16px',
  'small-100': '12px/16px',
  small: '12px/16px',
  base: '14px/20px',
  large: '16px/24px',
  'large-100': '18px/26px',
  'large-200': '20px/28px',
  'large-300': '24px/30px',
  'large-400': '30px/38px',
};
const WEIGHTS: Readonly<Record<string, string>> = {
  base: '400',
  medium: '500',
  semibold: '600',
  bold: '700',
};

export function defineTexts(): void {
  defineElement('s-text', {
    css: ':host { display: inline; } address { display: inline; font-style: normal; }',
    view(host) {
      dressText(host);
      const type = host.text('type');
      if (type === 'strong')
        return (
          <strong style="font-weight: 600">
            <slot />
          </strong>
        );
      if (type === 'redundant')
        return (
          <s>
            <slot />
          </s>
        );
      if (type === 'address')
        return (
          <address>
            <slot />
          </address>
        );
      return <slot />;
    },
  });
  defineElement('s-number', {
    css: ':host { display: inline; font-variant-numeric: tabular-nums; }',
    view(host) {
      dressText(host);
      return <slot />;
    },
  });
  defineElement('s-paragraph', {
    css: ':host { display: block; } p { margin: 0; }',
    view(host) {
      dressText(host);
      return (
        <p>
          <slot />
        </p>
      );
    },
  });
  defineElement('s-heading', {
    css: 'h2, h3, h4, div { margin: 0; font: inherit; }',
    view(host) {
      dressText(host, { size: 'base', weight: 'semibold' });
      const Level = host.text('accessibilityRole') === 'none' ? 'div' : levelWithin(host);
      return (
        <Level>
          <slot />
        </Level>
      );
    },
  });
  defineLists();
}

/** Deeper in sections with a heading, deeper in the page's outline. */
export function levelWithin(host: HostElement): 'h2' | 'h3' | 'h4' {
  let depth = 0;
  for (let at = host.parentElement; at !== null; at = at.parentElement) {
    const isSection = at.localName === 's-section' || at.localName === 's-modal';
    if (isSection && Reflect.get(at, 'heading')) depth += 1;
  }
  return depth === 0 ? 'h2' : depth === 1 ? 'h3' : 'h4';
}

function dressText(
  host: HostElement,
  usual: { readonly size: string; readonly weight: string } = { size: '', weight: '' },
): void {
  const size = SIZES[given(host, 'fontSize') || usual.size];
  const weight = WEIGHTS[given(host, 'fontWeight') || usual.weight];
  const tone = given(host, 'tone');
  const lines = host.text('lineClamp');
  const rules = [
    size === undefined ? '' : `font-size: ${size.replace('/', '; line-height: ')};`,
    weight === undefined ? '' : `font-weight: ${weight};`,
    host.text('color') === 'subdued' ? 'color: var(--sa-soft);' : '',
    tone === '' || tone === 'neutral' ? '' : `color: var(--sa-${tone});`,
    host.text('fontVariantNumeric') === 'tabular-nums' ? 'font-variant-numeric: tabular-nums;' : '',
    lines === '' ? '' : clamp(lines),
  ];
  const unseen = host.text('accessibilityVisibility') === 'exclusive' ? UNSEEN : '';
  host.dress(`:host { ${rules.join(' ')} }${unseen}`);
  setOrRemove(host, 'aria-hidden', hiddenFromAll(host) ? 'true' : '');
}

function given(host: HostElement, name: string): string {
  const value = host.text(name);
  return value === 'auto' ? '' : value;
}

function clamp(lines: string): string {
  const count = Number(lines) || 1;
  return `display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: ${count};
    overflow: hidden;`;
}

function defineLists(): void {
  for (const tag of ['s-unordered-list', 's-ordered-list'])
    defineElement(tag, {
      css: ':host { display: block; padding-inline-start: 20px; }',
      view(host) {
        host.setAttribute('role', 'list');
        host.dataset['list'] = tag;
        return <slot />;
      },
    });
  defineElement('s-list-item', {
    css: `
      :host { display: list-item; list-style: disc outside; padding-block: 2px; }
      :host([data-marker="decimal"]) { list-style-type: decimal; }
    `,
    view(host) {
      host.setAttribute('role', 'listitem');
      const isOrdered = host.parentElement?.localName === 's-ordered-list';
      host.dataset['marker'] = isOrdered ? 'decimal' : 'disc';
      return <slot />;
    },
  });
}

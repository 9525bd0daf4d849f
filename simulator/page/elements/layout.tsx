/** Components that arrange others. */
import { applyBox, defineElement, space } from './define.tsx';

export function defineLayout(): void {
  defineElement('s-stack', {
    css: ':host { display: flex; }',
    view(host) {
      applyBox(host);
      const isInline = host.text('direction') === 'inline';
      const { style } = host;
      style.flexDirection = isInline ? 'row' : 'column';
      style.flexWrap = isInline ? 'wrap' : 'nowrap';
      style.alignItems = logical(host.text('alignItems')) || (isInline ? 'center' : 'stretch');
      style.justifyContent = logical(host.text('justifyContent'));
      style.alignContent = logical(host.text('alignContent'));
      style.gap = space(host.text('gap'));
      if (host.text('rowGap') !== '') style.rowGap = space(host.text('rowGap'));
      if (host.text('columnGap') !== '') style.columnGap = space(host.text('columnGap'));
      return <slot />;
    },
  });
  defineElement('s-box', {
    view(host) {
      applyBox(host);
      return <slot />;
    },
  });
  defineElement('s-scroll-box', {
    css: ':host { flex: 1 1 auto; overflow: auto; overscroll-behavior: contain; }',
    view(host) {
      applyBox(host);
      return <slot />;
    },
  });
  defineElement('s-divider', {
    css: `
      :host { background: var(--line); block-size: 1px; inline-size: 100%; }
      :host([data-direction="block"]) { block-size: auto; inline-size: 1px; align-self: stretch; }
    `,
    view(host) {
      host.dataset['direction'] = host.text('direction') || 'inline';
      host.setAttribute('role', 'separator');
      return null;
    },
  });
  definePage();
  defineSections();
}

function definePage(): void {
  defineElement('s-page', {
    css: `
      :host { display: flex; flex-direction: column; block-size: 100%; }
      header {
        display: flex; align-items: center; gap: 12px; min-block-size: 64px;
        padding: 10px 24px 10px 76px; background: var(--card);
        border-block-end: 1px solid var(--line);
      }
      .titles { flex: 1; min-inline-size: 0; }
      h1 { margin: 0; font-size: 20px; line-height: 26px; font-weight: 650; }
      p { margin: 2px 0 0; color: var(--ink-soft); }
      .body { flex: 1; min-block-size: 0; display: flex; }
      main { flex: 1; min-inline-size: 0; display: flex; flex-direction: column; overflow: auto; }
      main > slot::slotted(*) { inline-size: min(100%, 880px); margin-inline: auto; }
      aside { overflow: auto; }
      ::slotted([slot="aside"]) { inline-size: 320px; border-inline-start: 1px solid var(--line); }
    `,
    view: (host) => (
      <>
        <header>
          <div class="titles">
            <h1>{host.text('heading')}</h1>
            {host.text('subheading') !== '' && <p>{host.text('subheading')}</p>}
          </div>
          <slot name="secondary-actions" />
        </header>
        <div class="body">
          <main>
            <slot />
          </main>
          <aside>
            <slot name="aside" />
          </aside>
        </div>
      </>
    ),
  });
}

const CARD_CSS = `
  :host { background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
  section { padding: 16px 20px 18px; }
  header { display: flex; align-items: center; justify-content: space-between; gap: 12px; }
  header[data-headed='true'] { margin-block-end: 10px; }
  h2 { margin: 0; font-size: 15px; line-height: 20px; font-weight: 650; }
`;

function defineSections(): void {
  for (const tag of ['s-section', 's-pos-block'])
    defineElement(tag, {
      css: CARD_CSS,
      view: (host) => (
        <section aria-label={host.text('heading') || undefined}>
          <header data-headed={host.text('heading') !== ''}>
            {host.text('heading') !== '' && <h2>{host.text('heading')}</h2>}
            <slot name="secondary-actions" />
          </header>
          <slot />
        </section>
      ),
    });
}

/** CSS takes the platform's words, but for two that flexbox calls otherwise. */
function logical(value: string): string {
  if (value === 'start' || value === 'end') return `flex-${value}`;
  return value;
}

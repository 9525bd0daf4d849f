/** Components that arrange others. */
import type { HostElement } from '../../elements/element-class.ts';
import { drawBox, space } from './box.ts';
import { defineElement } from './define.ts';
import type { Declared } from './responsive.ts';

export function defineLayout(): void {
  defineElement('s-box', {
    view(host) {
      drawBox(host);
      return <slot />;
    },
  });
  defineElement('s-stack', {
    css: ':host { display: flex; flex-direction: column; }',
    view(host) {
      const isInline = host.text('direction') === 'inline';
      drawBox(host, 'flex', [
        ['flex-direction', isInline ? 'row' : ''],
        ['flex-wrap', isInline ? 'wrap' : ''],
        ['align-items', host.text('alignItems') || (isInline ? 'center' : '')],
        ...placed(host),
      ]);
      return <slot />;
    },
  });
  defineElement('s-grid', {
    css: ':host { display: grid; }',
    view(host) {
      drawBox(host, 'grid', [
        ['grid-template-columns', host.text('gridTemplateColumns')],
        ['grid-template-rows', host.text('gridTemplateRows')],
        ['align-items', host.text('alignItems')],
        ['justify-items', host.text('justifyItems')],
        ['place-items', host.text('placeItems')],
        ['place-content', host.text('placeContent')],
        ...placed(host),
      ]);
      return <slot />;
    },
  });
  defineElement('s-grid-item', {
    view(host) {
      drawBox(host, 'block', [
        ['grid-column', host.text('gridColumn')],
        ['grid-row', host.text('gridRow')],
      ]);
      return <slot />;
    },
  });
  defineElement('s-scroll-box', {
    css: ':host { overflow: auto; overscroll-behavior: contain; }',
    view(host) {
      drawBox(host);
      // What scrolls must be within the keyboard's reach.
      host.tabIndex = 0;
      return <slot />;
    },
  });
  defineElement('s-query-container', {
    view(host) {
      const name = host.text('containerName');
      host.dress(`:host { container: s-default ${name} / inline-size; }`);
      return <slot />;
    },
  });
  defineElement('s-divider', {
    css: `
      :host { block-size: 1px; inline-size: 100%; background: var(--sa-line); }
      :host([data-color="strong"]) { background: var(--sa-line-strong); }
      :host([data-direction="block"]) { block-size: auto; inline-size: 1px; align-self: stretch; }
    `,
    view(host) {
      host.dataset['direction'] = host.text('direction') || 'inline';
      host.dataset['color'] = host.text('color');
      host.setAttribute('role', 'separator');
      return null;
    },
  });
}

function placed(host: HostElement): readonly Declared[] {
  return [
    ['gap', host.text('gap'), space],
    ['row-gap', host.text('rowGap'), space],
    ['column-gap', host.text('columnGap'), space],
    ['justify-content', host.text('justifyContent')],
    ['align-content', host.text('alignContent')],
  ];
}

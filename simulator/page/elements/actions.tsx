/**
 * Components that a person taps. A tap that must not count is stopped before it leaves the element.
 */
import type { HostElement } from '../../elements/element-class.ts';
import { defineElement } from './define.tsx';

export function defineActions(): void {
  defineButton();
  defineTile();
  defineElement('s-clickable', {
    css: `
      :host { cursor: pointer; border-radius: 10px; min-block-size: 44px; }
      :host([aria-disabled="true"]) { opacity: 0.5; cursor: default; }
    `,
    connected(host) {
      host.setAttribute('role', 'button');
      host.tabIndex = 0;
      host.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') host.click();
      });
      stopWhileDisabled(host);
    },
    view(host) {
      host.setAttribute('aria-disabled', String(host.flag('disabled')));
      return <slot />;
    },
  });
  defineElement('s-link', {
    css: ':host { display: inline; } a { color: var(--accent); }',
    view: (host) => (
      <a href={host.text('href') || '#'} target="_blank" rel="noreferrer">
        <slot />
      </a>
    ),
  });
}

function defineButton(): void {
  defineElement('s-button', {
    css: `
      :host { display: inline-block; }
      button {
        inline-size: 100%; min-block-size: 44px; min-inline-size: 88px; padding: 9px 18px;
        border: 1px solid var(--line-strong); border-radius: 12px; background: var(--card);
        font-size: 16px; font-weight: 600; line-height: 22px;
      }
      button:active { filter: brightness(0.95); }
      button[data-variant="primary"] {
        background: var(--accent); border-color: var(--accent); color: #fff;
      }
      button[data-tone="critical"] { color: var(--bad); }
      button[data-variant="primary"][data-tone="critical"] {
        background: var(--bad); border-color: var(--bad); color: #fff;
      }
      button:disabled {
        background: var(--faint); border-color: var(--faint); color: var(--ink-faint);
        cursor: default;
      }
    `,
    connected(host) {
      stopWhileDisabled(host);
      host.addEventListener('click', () => runCommand(host));
    },
    view: (host) => (
      <button
        type="button"
        disabled={host.flag('disabled') || host.flag('loading')}
        aria-busy={host.flag('loading')}
        data-variant={host.text('variant')}
        data-tone={host.text('tone')}
      >
        <slot />
      </button>
    ),
  });
}

function defineTile(): void {
  defineElement('s-tile', {
    css: `
      :host { block-size: 100%; }
      button {
        position: relative; inline-size: 100%; block-size: 100%; min-block-size: 112px;
        padding: 16px; display: flex; flex-direction: column; gap: 2px;
        align-items: flex-start; justify-content: flex-end;
        border: 0; border-radius: 16px; text-align: start;
        background: var(--tile); color: var(--tile-ink);
      }
      button[data-tone="accent"] { background: var(--accent); color: #fff; }
      button[data-tone="neutral"] { background: var(--tile-neutral); color: var(--ink); }
      button:active { filter: brightness(0.94); }
      button:disabled { opacity: 0.5; cursor: default; }
      button:has(.count) { padding-block-start: 44px; }
      .heading { font-size: 17px; line-height: 22px; font-weight: 650; }
      .subheading { font-size: 14px; line-height: 19px; opacity: 0.86; }
      .count {
        position: absolute; inset-block-start: 12px; inset-inline-end: 12px; min-inline-size: 28px;
        padding: 2px 8px; border-radius: 999px; text-align: center; font-weight: 650;
        background: var(--card); color: var(--ink);
      }
    `,
    connected: stopWhileDisabled,
    view(host) {
      const count = Number(host.property('itemCount') ?? 0);
      return (
        <button type="button" disabled={host.flag('disabled')} data-tone={host.text('tone')}>
          <span class="heading">{host.text('heading')}</span>
          <span class="subheading">{host.text('subheading')}</span>
          {count > 0 && <span class="count">{count}</span>}
        </button>
      );
    },
  });
}

function stopWhileDisabled(host: HostElement): void {
  host.addEventListener(
    'click',
    (event) => {
      if (!host.flag('disabled') && !host.flag('loading')) return;
      event.stopImmediatePropagation();
      event.preventDefault();
    },
    { capture: true },
  );
}

/** `commandFor` names a modal of the same screen; only the page can open it. */
function runCommand(host: HostElement): void {
  const id = host.text('commandFor');
  if (id === '') return;
  const root = host.closest('.extension-root');
  const target = root?.querySelector(`[id="${CSS.escape(id)}"]`);
  const command = host.text('command') || '--auto';
  target?.dispatchEvent(new CustomEvent('simulator-command', { detail: command }));
}

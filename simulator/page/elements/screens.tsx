/** Components that speak for a whole screen or lie over it. */
import { redrawWithChildren, type HostElement } from '../../elements/element-class.ts';
import { defineElement } from './define.tsx';

export function defineScreens(): void {
  defineElement('s-banner', {
    css: `
      div {
        display: flex; align-items: center; gap: 14px; min-block-size: 56px; padding: 12px 18px;
        border-radius: 14px;
        background: color-mix(in srgb, var(--tone, var(--ink-soft)) 12%, var(--card));
        border: 1px solid color-mix(in srgb, var(--tone, var(--ink-soft)) 35%, var(--card));
      }
      strong { flex: 1; font-size: 16px; line-height: 22px; font-weight: 600; }
      :host([data-tone="info"]) { --tone: var(--info); }
      :host([data-tone="success"]) { --tone: var(--good); }
      :host([data-tone="warning"]) { --tone: var(--warn); }
      :host([data-tone="critical"]) { --tone: var(--bad); }
    `,
    view(host) {
      const tone = host.text('tone');
      host.dataset['tone'] = tone;
      return (
        <div role={tone === 'critical' || tone === 'warning' ? 'alert' : 'status'}>
          <strong>{host.text('heading')}</strong>
          <slot />
          <slot name="primary-action" />
        </div>
      );
    },
  });
  defineElement('s-empty-state', {
    css: `
      :host { padding: 40px 24px; text-align: center; }
      h2 { margin: 0; font-size: 20px; line-height: 26px; font-weight: 650; }
      p {
        margin: 8px auto 16px; max-inline-size: 44ch;
        color: var(--ink-soft); font-size: 16px; line-height: 22px;
      }
    `,
    view: (host) => (
      <>
        <slot name="graphic" />
        <h2>{host.text('heading')}</h2>
        <p>{host.text('subheading')}</p>
        <slot name="primary-action" />
        <slot name="secondary-actions" />
      </>
    ),
  });
  defineModal();
  defineTabs();
}

function defineModal(): void {
  defineElement('s-modal', {
    css: `
      :host { display: contents; }
      .veil {
        position: absolute; inset: 0; z-index: 5;
        display: grid; place-items: center; background: rgb(0 0 0 / 0.4);
      }
      .box {
        inline-size: min(520px, 90%); padding: 20px;
        border-radius: 16px; background: var(--card);
      }
      h2 { margin: 0 0 12px; font-size: 20px; }
      footer { display: flex; justify-content: flex-end; gap: 10px; margin-block-start: 18px; }
    `,
    connected(host) {
      host.addEventListener('simulator-command', (event) => {
        const command = event instanceof CustomEvent ? String(event.detail) : '';
        const isShown = host.dataset['shown'] === 'true';
        const show = command === '--show' || (command !== '--hide' && !isShown);
        if (show !== isShown) toggle(host, show);
      });
    },
    view: (host) =>
      host.dataset['shown'] === 'true' ? (
        <div class="veil">
          <div class="box" role="dialog" aria-modal="true" aria-label={host.text('heading')}>
            <h2>{host.text('heading')}</h2>
            <slot />
            <footer>
              <slot name="secondary-actions" />
              <slot name="primary-action" />
            </footer>
          </div>
        </div>
      ) : null,
  });
}

function toggle(host: HostElement, shown: boolean): void {
  host.dataset['shown'] = String(shown);
  host.refresh();
  host.emit(shown ? 'show' : 'hide');
}

function defineTabs(): void {
  defineElement('s-tabs', {
    connected(host) {
      host.addEventListener('simulator-tab', (event) => {
        const value = event instanceof CustomEvent ? String(event.detail) : '';
        host.dataset['active'] = value;
        host.refresh();
        host.emit('change', { value });
      });
    },
    view(host) {
      const active = host.text('value') || host.dataset['active'] || host.text('defaultValue');
      const tabs = [...host.querySelectorAll<HostElement>('s-tab')];
      const shown = active || tabs[0]?.text('controls') || '';
      for (const panel of host.querySelectorAll<HTMLElement>('s-tab-panel'))
        panel.hidden = panel.id !== shown;
      for (const tab of tabs) {
        tab.dataset['active'] = String(tab.text('controls') === shown);
        tab.refresh();
      }
      return <slot ref={(slot) => redrawWithChildren(host, slot)} />;
    },
  });
  defineElement('s-tab-list', {
    css: ':host { display: flex; gap: 8px; padding-block-end: 12px; }',
    view(host) {
      host.setAttribute('role', 'tablist');
      return <slot />;
    },
  });
  defineElement('s-tab-panel', {
    view(host) {
      host.setAttribute('role', 'tabpanel');
      return <slot />;
    },
  });
  defineElement('s-tab', {
    css: `
      button {
        min-block-size: 44px; padding: 0 18px; border: 0; border-radius: 12px;
        background: var(--faint); font-weight: 600;
      }
      button[aria-selected="true"] { background: var(--ink); color: var(--card); }
    `,
    view: (host) => (
      <button
        type="button"
        role="tab"
        aria-selected={host.dataset['active'] === 'true'}
        disabled={host.flag('disabled')}
        onClick={() =>
          host
            .closest('s-tabs')
            ?.dispatchEvent(new CustomEvent('simulator-tab', { detail: host.text('controls') }))
        }
      >
        <slot />
      </button>
    ),
  });
}

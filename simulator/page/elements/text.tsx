/** Components that only show something. */
import { defineElement } from './define.tsx';

const TONES = `
  :host([data-tone="info"]) { --tone: var(--info); }
  :host([data-tone="success"]) { --tone: var(--good); }
  :host([data-tone="warning"]), :host([data-tone="caution"]) { --tone: var(--warn); }
  :host([data-tone="critical"]) { --tone: var(--bad); }
`;

export function defineText(): void {
  defineElement('s-text', {
    css: `
      :host { display: inline; font-size: 16px; line-height: 22px; color: var(--tone, inherit); }
      ${TONES}
      :host([data-color="subdued"]) { color: var(--tone, var(--ink-soft)); }
      :host([data-type="strong"]) { font-weight: 620; }
      :host([data-type="small"]) { font-size: 14px; line-height: 20px; }
    `,
    view(host) {
      host.dataset['tone'] = host.text('tone');
      host.dataset['color'] = host.text('color');
      host.dataset['type'] = host.text('type');
      return <slot />;
    },
  });
  defineElement('s-heading', {
    css: 'h3 { margin: 0; font-size: 22px; line-height: 28px; font-weight: 650; }',
    view: () => (
      <h3>
        <slot />
      </h3>
    ),
  });
  defineElement('s-badge', {
    css: `
      :host { display: inline-block; }
      span {
        display: inline-block; padding: 3px 10px; border-radius: 999px; font-size: 14px;
        color: var(--tone, var(--ink-soft));
        background: color-mix(in srgb, var(--tone, var(--ink-soft)) 14%, transparent);
      }
      ${TONES}
    `,
    view(host) {
      host.dataset['tone'] = host.text('tone');
      return (
        <span>
          <slot />
        </span>
      );
    },
  });
  defineElement('s-image', {
    css: 'img { display: block; max-inline-size: 100%; }',
    view: (host) => <img src={host.text('src')} alt="" />,
  });
  defineElement('s-qr-code', {
    css: `
      figure { margin: 8px 0; display: flex; align-items: center; gap: 12px; }
      .code {
        flex: none; inline-size: 72px; block-size: 72px; border: 6px solid var(--ink);
        background: repeating-conic-gradient(var(--ink) 0 25%, var(--card) 0 50%) 0 0 / 16px 16px;
      }
      figcaption { font-size: 13px; overflow-wrap: anywhere; color: var(--ink-soft); }
    `,
    // A drawing of a code with what it says beside it: nothing here could be scanned anyway.
    view: (host) => (
      <figure>
        <span class="code" aria-hidden="true" />
        <figcaption>{host.text('content')}</figcaption>
      </figure>
    ),
  });
  defineElement('s-icon', {
    css: ':host { display: inline-block; color: var(--tone, inherit); }' + TONES,
    view(host) {
      host.dataset['tone'] = host.text('tone');
      return <span aria-hidden="true">{ICONS[host.text('type')] ?? '•'}</span>;
    },
  });
  defineElement('s-spinner', {
    css: `
      :host { display: inline-block; }
      div {
        inline-size: 28px; block-size: 28px; border-radius: 50%; border: 3px solid var(--line);
        border-block-start-color: var(--accent); animation: turn 900ms linear infinite;
      }
      @keyframes turn { to { transform: rotate(360deg); } }
      @media (prefers-reduced-motion: reduce) { div { animation-duration: 4s; } }
    `,
    view: (host) => (
      <div role="progressbar" aria-label={host.text('accessibilityLabel') || 'Loading'} />
    ),
  });
}

/** A few of the platform's icons; another one shows as a dot. */
const ICONS: Readonly<Record<string, string>> = {
  'alert-circle': '⚠',
  search: '🔍',
  info: 'ⓘ',
  'circle-info': 'ⓘ',
  check: '✓',
  x: '✕',
};

/**
 * Components that a person presses. What must not count is stopped before it leaves the element.
 */
import { redrawWithChildren, type HostElement } from '../../elements/element-class.ts';
import { drawBox } from './box.ts';
import { defineElement } from './define.ts';
import { Glyph } from './glyphs.tsx';

const BUTTON_CSS = `
  :host { display: inline-block; max-inline-size: 100%; vertical-align: middle; }
  .press {
    display: inline-flex; align-items: center; justify-content: center; gap: 6px;
    inline-size: 100%; min-block-size: 32px; padding: 5px 12px; border-radius: 8px;
    border: 1px solid var(--sa-line); border-block-end-color: var(--sa-line-strong);
    background: var(--sa-card); color: var(--sa-ink); box-shadow: var(--sa-shade);
    font-size: 13px; line-height: 20px; font-weight: 550; text-decoration: none;
    text-align: center;
  }
  .press:hover { background: var(--sa-sunken); }
  .press[data-variant="primary"] {
    border-color: var(--sa-main); background: var(--sa-main); color: var(--sa-main-ink);
  }
  .press[data-variant="primary"]:hover { background: var(--sa-main-hover); }
  .press[data-variant="tertiary"] {
    border-color: transparent; background: transparent; box-shadow: none;
  }
  .press[data-variant="tertiary"]:hover { background: var(--sa-strong); }
  .press[data-tone="critical"] { color: var(--sa-critical); }
  .press[data-variant="primary"][data-tone="critical"] {
    border-color: var(--sa-critical); background: var(--sa-critical); color: var(--sa-card);
  }
  .press:disabled {
    border-color: var(--sa-line); background: var(--sa-sunken); color: var(--sa-soft);
    box-shadow: none; opacity: 0.75;
  }
  .press.bare { padding-inline: 7px; }
  .press[aria-pressed="true"] { background: var(--sa-strong); border-color: var(--sa-line-strong); }
  .press[role="menuitem"] {
    justify-content: flex-start; border-color: transparent; background: transparent;
    box-shadow: none; font-weight: 450;
  }
  .press[role="menuitem"]:hover { background: var(--sa-strong); }
  .turning {
    inline-size: 14px; block-size: 14px; border-radius: 50%;
    border: 2px solid currentColor; border-block-start-color: transparent;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn { to { transform: rotate(360deg); } }
`;

export function defineActions(): void {
  defineElement('s-button', {
    css: BUTTON_CSS,
    connected: connectAction,
    methods: { click: pressInner },
    view(host) {
      host.style.inlineSize = host.text('inlineSize') === 'fill' ? '100%' : '';
      return <Press host={host} />;
    },
  });
  defineElement('s-press-button', {
    css: BUTTON_CSS,
    connected(host) {
      connectAction(host);
      host.addEventListener('click', () => {
        host.keep('pressed', !isPressed(host));
        host.refresh();
      });
    },
    reads: { pressed: isPressed },
    methods: { click: pressInner },
    view: (host) => <Press host={host} pressed={isPressed(host)} />,
  });
  defineElement('s-link', {
    css: `
      :host { display: inline; }
      a, button {
        padding: 0; border: 0; background: none; border-radius: 3px; color: var(--sa-accent);
        font: inherit; text-align: start; text-decoration: underline; cursor: pointer;
        text-underline-offset: 2px;
      }
      a:hover, button:hover { text-decoration-thickness: 2px; }
      [data-tone="critical"] { color: var(--sa-critical); }
      [data-tone="neutral"] { color: inherit; }
    `,
    connected: connectAction,
    methods: { click: pressInner },
    view(host) {
      const tone = host.text('tone');
      const label = host.text('accessibilityLabel') || undefined;
      return host.text('href') === '' ? (
        <button type="button" class="inner" data-tone={tone} aria-label={label}>
          <slot />
        </button>
      ) : (
        <a class="inner" data-tone={tone} aria-label={label} {...anchor(host)}>
          <slot />
        </a>
      );
    },
  });
  defineElement('s-button-group', {
    css: `
      div { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
      div[data-gap="none"] { gap: 0; }
    `,
    view: (host) => (
      <div
        data-gap={host.text('gap')}
        role="group"
        aria-label={host.text('accessibilityLabel') || undefined}
      >
        <slot name="secondary-actions" />
        <slot />
        <slot name="primary-action" />
      </div>
    ),
  });
  defineClickable();
  defineChips();
}

function isPressed(host: HostElement): boolean {
  return host.property('pressed') === undefined
    ? host.flag('defaultPressed')
    : host.flag('pressed');
}

function Press({ host, pressed }: { readonly host: HostElement; readonly pressed?: boolean }) {
  const icon = host.text('icon');
  const isBare = host.textContent.trim() === '';
  const shared = {
    class: isBare ? 'press inner bare' : 'press inner',
    'data-variant': host.text('variant'),
    'data-tone': host.text('tone'),
    'aria-label': host.text('accessibilityLabel') || undefined,
    ...(host.closest('s-menu') === null ? {} : { role: 'menuitem' as const }),
  };
  const inside = (
    <>
      {host.flag('loading') ? (
        <span class="turning" />
      ) : (
        icon !== '' && <Glyph type={icon} size={16} />
      )}
      <slot ref={(slot) => redrawWithChildren(host, slot)} />
    </>
  );
  if (host.text('href') !== '' && !isIdle(host)) {
    return (
      <a {...shared} {...anchor(host)}>
        {inside}
      </a>
    );
  }
  return (
    <button
      {...shared}
      type="button"
      disabled={isIdle(host)}
      aria-busy={host.flag('loading')}
      aria-pressed={pressed}
    >
      {inside}
    </button>
  );
}

function anchor(host: HostElement) {
  const target = host.text('target');
  const isApart = target !== '' && target !== 'auto';
  const download = host.property('download');
  return {
    href: host.text('href'),
    ...(isApart ? { target } : {}),
    ...(target === '_blank' ? { rel: 'noreferrer' } : {}),
    ...(typeof download === 'string' ? { download } : {}),
  };
}

function isIdle(host: HostElement): boolean {
  return host.flag('disabled') || host.flag('loading');
}

/** A click that a program makes does what a person's does. */
function pressInner(host: HostElement): void {
  const inner = host.shadowRoot?.querySelector<HTMLElement>('.inner');
  if (!isIdle(host)) inner?.click();
}

function connectAction(host: HostElement): void {
  const stop = (event: Event): void => {
    if (!isIdle(host)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  host.addEventListener('click', stop, { capture: true });
  host.addEventListener('click', () => {
    runCommand(host);
    sendForm(host);
  });
  const hint = (word: string) => () => commandTo(host, host.text('interestFor'), word);
  for (const name of ['mouseenter', 'focusin']) host.addEventListener(name, hint('--show'));
  for (const name of ['mouseleave', 'focusout']) host.addEventListener(name, hint('--hide'));
}

function sendForm(host: HostElement): void {
  const form = host.closest('form');
  if (host.text('type') === 'submit') form?.requestSubmit();
  if (host.text('type') === 'reset') form?.reset();
}

/** `commandFor` names an overlay, or anything that listens for `command`. */
function runCommand(host: HostElement): void {
  commandTo(host, host.text('commandFor'), host.text('command') || '--auto');
}

/** What an overlay is told: which command, and beside what it should stand. */
export interface Command {
  readonly command: string;
  readonly source: HTMLElement;
}

function commandTo(host: HostElement, id: string, command: string): void {
  if (id === '') return;
  const target = host.ownerDocument.getElementById(id);
  const detail: Command = { command, source: host };
  target?.dispatchEvent(new CustomEvent('simulator-command', { detail }));
}

function defineClickable(): void {
  defineElement('s-clickable', {
    css: `
      .inner {
        display: block; inline-size: 100%; padding: 0; border: 0; border-radius: inherit;
        background: none; color: inherit; font: inherit; text-align: start; text-decoration: none;
      }
      :host(:hover) { filter: brightness(0.985); }
    `,
    connected: connectAction,
    methods: { click: pressInner },
    view(host) {
      drawBox(host);
      const label = host.text('accessibilityLabel') || undefined;
      host.removeAttribute('aria-label');
      return host.text('href') === '' ? (
        <button type="button" class="inner" disabled={isIdle(host)} aria-label={label}>
          <slot />
        </button>
      ) : (
        <a class="inner" aria-label={label} {...anchor(host)}>
          <slot />
        </a>
      );
    },
  });
}

const CHIP_CSS = `
  :host { display: inline-block; vertical-align: middle; }
  .chip {
    display: inline-flex; align-items: center; gap: 4px; border-radius: 8px;
    background: var(--sa-strong); color: var(--sa-ink); font-size: 13px; line-height: 18px;
  }
  .text {
    padding: 3px 10px; border: 0; border-radius: 8px; background: none; color: inherit;
    text-decoration: none;
  }
  .away {
    display: grid; place-items: center; inline-size: 24px; block-size: 24px; padding: 0;
    border: 0; border-radius: 8px; background: none;
  }
  .away:hover, button.text:hover { background: var(--sa-line); }
`;

function defineChips(): void {
  defineElement('s-chip', {
    css: CHIP_CSS,
    view: (host) => (
      <span class="chip">
        <slot name="graphic" />
        <span class="text">
          <slot />
        </span>
        {host.flag('removable') && <Remove host={host} />}
      </span>
    ),
  });
  defineElement('s-clickable-chip', {
    css: CHIP_CSS,
    connected: connectAction,
    methods: { click: pressInner },
    view(host) {
      const label = host.text('accessibilityLabel') || undefined;
      return (
        <span class="chip">
          <slot name="graphic" />
          {host.text('href') === '' ? (
            <button type="button" class="text inner" disabled={isIdle(host)} aria-label={label}>
              <slot />
            </button>
          ) : (
            <a class="text inner" aria-label={label} {...anchor(host)}>
              <slot />
            </a>
          )}
          {host.flag('removable') && <Remove host={host} />}
        </span>
      );
    },
  });
}

function Remove({ host }: { readonly host: HostElement }) {
  const name = host.text('accessibilityLabel') || host.textContent.trim();
  return (
    <button
      type="button"
      class="away"
      aria-label={`Remove ${name}`}
      disabled={host.flag('disabled')}
      onClick={(event) => {
        event.stopPropagation();
        host.emit('remove');
      }}
    >
      <Glyph type="x" size={14} />
    </button>
  );
}

/** Components that lie over the page: dialogs, menus, and what appears beside something else. */
import type { HostElement } from '../../elements/element-class.ts';
import type { Command } from './actions.tsx';
import { hasSlotted, watchChildren } from './children.ts';
import { hostRules } from './responsive.ts';
import { defineElement } from './define.ts';
import { Glyph } from './glyphs.tsx';

export function defineOverlays(): void {
  defineModal();
  definePopover();
  defineMenu();
  defineTooltip();
}

const MODAL_PX: Readonly<Record<string, string>> = {
  'small-100': '380px',
  small: '480px',
  base: '620px',
  large: '840px',
  'large-100': '980px',
};

function defineModal(): void {
  defineElement('s-modal', {
    css: `
      :host { display: contents; }
      dialog {
        inline-size: min(var(--size, 620px), calc(100% - 32px)); max-block-size: calc(100% - 32px);
        padding: 0; border: 0; border-radius: 14px; background: var(--sa-card);
        color: var(--sa-ink); box-shadow: var(--sa-float); overflow: hidden;
      }
      dialog[open] { display: flex; flex-direction: column; }
      dialog::backdrop { background: var(--sa-veil); }
      .head {
        display: flex; align-items: center; gap: 12px; padding: 12px 12px 12px 16px;
        border-block-end: 1px solid var(--sa-line); background: var(--sa-sunken);
      }
      h2 { flex: 1; margin: 0; font-size: 14px; line-height: 20px; font-weight: 650; }
      .away {
        display: grid; place-items: center; inline-size: 28px; block-size: 28px; padding: 0;
        border: 0; border-radius: 8px; background: none;
      }
      .away:hover { background: var(--sa-strong); }
      .content { padding: 16px; overflow: auto; }
      .content.bare { padding: 0; }
      .content ::slotted(*:not(:last-child, s-text, s-link)) { margin-block-end: 12px; }
      .foot {
        display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; padding: 12px 16px;
        border-block-start: 1px solid var(--sa-line);
      }
      .empty { display: none; }
    `,
    methods: {
      showOverlay: (host) => showModal(host, true),
      hideOverlay: (host) => showModal(host, false),
      toggleOverlay: (host) => showModal(host, !isModalShown(host)),
    },
    connected(host) {
      watchChildren(host);
      onCommand(host, isModalShown, (_source, isShown) => showModal(host, isShown));
    },
    view: (host) => <Dialog host={host} />,
  });
}

function Dialog({ host }: { readonly host: HostElement }) {
  const heading = host.text('heading');
  const hide = (): void => showModal(host, false);
  const isBare = host.text('padding') === 'none';
  const hasActions = hasSlotted(host, 'primary-action') || hasSlotted(host, 'secondary-actions');
  return (
    <dialog
      aria-label={host.text('accessibilityLabel') || heading || undefined}
      style={{ '--size': MODAL_PX[host.text('size') || 'base'] }}
      onCancel={(event) => {
        event.preventDefault();
        hide();
      }}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget && isBeside(event)) hide();
      }}
    >
      <div class="head">
        <h2>{heading}</h2>
        <button type="button" class="away" aria-label="Close" onClick={hide}>
          <Glyph type="x" />
        </button>
      </div>
      <div class={isBare ? 'content bare' : 'content'}>
        <slot />
      </div>
      <div class={hasActions ? 'foot' : 'empty'}>
        <slot name="secondary-actions" />
        <slot name="primary-action" />
      </div>
    </dialog>
  );
}

/** Whether the pointer is outside of the dialog's box, on what lies behind it. */
function isBeside(event: PointerEvent & { readonly currentTarget: HTMLElement }): boolean {
  const { left, right, top, bottom } = event.currentTarget.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < left || x > right || y < top || y > bottom;
}

function isModalShown(host: HostElement): boolean {
  return host.shadowRoot?.querySelector('dialog')?.open === true;
}

function showModal(host: HostElement, isShown: boolean): void {
  const dialog = host.shadowRoot?.querySelector('dialog');
  if (!dialog || dialog.open === isShown) return;
  if (isShown) dialog.showModal();
  else dialog.close();
  host.emit(isShown ? 'show' : 'hide');
  queueMicrotask(() => host.emit(isShown ? 'aftershow' : 'afterhide'));
}

/** Carries out what a button with `commandFor` asks of this overlay. */
function onCommand(
  host: HostElement,
  isShown: (host: HostElement) => boolean,
  show: (source: HTMLElement, isShown: boolean) => void,
): void {
  host.addEventListener('simulator-command', (event) => {
    if (!(event instanceof CustomEvent)) return;
    const { command, source } = event.detail as Command;
    const isAsked = command === '--show' || (command !== '--hide' && !isShown(host));
    show(source, isAsked);
  });
}

const FLOAT_CSS = `
  :host { display: contents; }
  .float {
    position: fixed; inset: auto; margin: 0; padding: 6px; border: 1px solid var(--sa-line);
    border-radius: 12px; background: var(--sa-card); color: var(--sa-ink);
    box-shadow: var(--sa-float); max-inline-size: min(420px, calc(100vw - 16px));
    max-block-size: calc(100vh - 16px); overflow: auto;
  }
`;

function floatOf(host: HostElement): HTMLElement | null {
  return host.shadowRoot?.querySelector<HTMLElement>('.float') ?? null;
}

function isFloatShown(host: HostElement): boolean {
  return floatOf(host)?.matches(':popover-open') === true;
}

function showFloat(host: HostElement, source: HTMLElement, isShown: boolean): void {
  const float = floatOf(host);
  if (float === null || isFloatShown(host) === isShown) return;
  if (!isShown) return float.hidePopover();
  float.showPopover();
  placeBeside(float, source);
}

const GAP_PX = 6;

/** Below what opened it, or above where there is no room, and always within the window. */
function placeBeside(float: HTMLElement, source: HTMLElement): void {
  const at = (source.shadowRoot?.querySelector('.inner') ?? source).getBoundingClientRect();
  const { width, height } = float.getBoundingClientRect();
  const { innerWidth, innerHeight } = window;
  const isBelow = at.bottom + GAP_PX + height <= innerHeight || at.top < height + GAP_PX;
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
  float.style.left = `${left}px`;
  float.style.top = `${isBelow ? at.bottom + GAP_PX : at.top - height - GAP_PX}px`;
}

/** A popover of the browser tells twice; each becomes the events that Shopify's types name. */
function floatEvents(host: HostElement) {
  return {
    onBeforeToggle: (event: Event) => {
      const isShown = event instanceof ToggleEvent && event.newState === 'open';
      host.emit(isShown ? 'show' : 'hide');
    },
    onToggle: (event: Event) => {
      event.stopPropagation();
      const isShown = event instanceof ToggleEvent && event.newState === 'open';
      host.emit(isShown ? 'aftershow' : 'afterhide');
      if (isShown) floatOf(host)?.querySelector<HTMLElement>('button, a')?.focus();
    },
  };
}

function definePopover(): void {
  defineElement('s-popover', {
    css: FLOAT_CSS,
    connected(host) {
      onCommand(host, isFloatShown, (source, isShown) => showFloat(host, source, isShown));
    },
    view(host) {
      const sizes = hostRules([
        ['inline-size', host.text('inlineSize')],
        ['block-size', host.text('blockSize')],
        ['min-inline-size', host.text('minInlineSize')],
        ['max-inline-size', host.text('maxInlineSize')],
        ['min-block-size', host.text('minBlockSize')],
        ['max-block-size', host.text('maxBlockSize')],
      ]);
      host.dress(sizes.replaceAll(':host', '.float'));
      return (
        <div class="float" popover="auto" {...floatEvents(host)}>
          <slot />
        </div>
      );
    },
  });
}

function defineMenu(): void {
  defineElement('s-menu', {
    css: `${FLOAT_CSS}
      .float { min-inline-size: 180px; padding: 6px; }
      ::slotted(s-button) { display: block; }`,
    connected(host) {
      onCommand(host, isFloatShown, (source, isShown) => {
        showFloat(host, source, isShown);
        if (isShown) itemsOf(host)[0]?.focus();
      });
      host.addEventListener('keydown', (event) => walk(host, event));
      // What was chosen closes the menu, after it was told.
      host.addEventListener('click', () => floatOf(host)?.hidePopover());
    },
    view: (host) => (
      <div
        class="float"
        popover="auto"
        role="menu"
        aria-label={host.text('accessibilityLabel') || 'Actions'}
      >
        <slot />
      </div>
    ),
  });
}

function itemsOf(host: HostElement): readonly HTMLElement[] {
  return [...host.querySelectorAll<HTMLElement>('s-button')];
}

function walk(host: HostElement, event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const items = itemsOf(host);
  const at = items.findIndex((item) => item.matches(':focus-within, :focus'));
  items[(at + step + items.length) % items.length]?.focus();
}

function defineTooltip(): void {
  defineElement('s-tooltip', {
    css: `${FLOAT_CSS}
      .float {
        padding: 4px 8px; border: 0; border-radius: 8px; background: var(--sa-main);
        color: var(--sa-main-ink); font-size: 12px; line-height: 16px; pointer-events: none;
      }`,
    connected(host) {
      onCommand(host, isFloatShown, (source, isShown) => showFloat(host, source, isShown));
    },
    view: () => (
      <div class="float" popover="manual" role="tooltip">
        <slot />
      </div>
    ),
  });
}

/** What App Bridge shows over the app's page: toasts, the bar that asks to save, a thin line. */

export interface ToastOptions {
  readonly duration?: number;
  readonly isError?: boolean;
  readonly action?: string;
  readonly onAction?: () => void;
  readonly onDismiss?: () => void;
}

export interface SaveBar {
  readonly save: () => void;
  readonly discard: () => void;
  readonly canSave: boolean;
  readonly isSaving: boolean;
}

export interface Notices {
  toast(message: string, options?: ToastOptions): string;
  hideToast(id: string): void;
  loading(isLoading: boolean): void;
  /** Shows the bar, or none. */
  saveBar(bar: SaveBar | undefined): void;
  /** Resolves once the merchant chose to leave; whoever stays is not asked again. */
  confirm(asked: {
    readonly heading: string;
    readonly yes: string;
    readonly no: string;
  }): Promise<void>;
}

const TOAST_MS = 5_000;

const LOOK = `
  :host { position: fixed; inset: 0; z-index: 100; pointer-events: none; color: var(--sa-ink); }
  .toasts {
    position: absolute; inset-inline: 0; inset-block-end: 24px; display: flex; gap: 8px;
    flex-direction: column; align-items: center; padding-inline: 12px;
  }
  .toast {
    display: flex; align-items: center; gap: 10px; max-inline-size: 560px;
    padding: 8px 8px 8px 14px;
    border-radius: 10px; background: #24292f; color: #ffffff; box-shadow: var(--sa-float);
    font-weight: 500; pointer-events: auto;
  }
  .toast.error { background: #a4201a; }
  .toast button {
    border: 0; border-radius: 6px; padding: 4px 8px; background: none; color: inherit;
  }
  .toast button:hover { background: rgb(255 255 255 / 0.16); }
  .bar {
    position: absolute; inset-inline: 12px; inset-block-start: 8px; display: flex; gap: 8px;
    align-items: center; max-inline-size: 620px; margin-inline: auto; padding: 8px 8px 8px 14px;
    border-radius: 12px; background: #24292f; color: #ffffff; box-shadow: var(--sa-float);
    pointer-events: auto;
  }
  .bar span { flex: 1; font-weight: 600; }
  button { font: inherit; cursor: pointer; }
  .bar button, .confirm button {
    min-block-size: 30px; padding: 4px 12px; border: 1px solid transparent; border-radius: 8px;
    font-size: 13px; font-weight: 550;
  }
  .bar button { background: #464d55; color: #ffffff; }
  .bar button.yes { background: #ffffff; color: #1e2227; }
  .bar button:disabled { opacity: 0.6; cursor: default; }
  .line {
    position: absolute; inset-inline: 0; inset-block-start: 0; block-size: 3px; overflow: hidden;
  }
  .line[hidden] { display: none; }
  .line i {
    display: block; inline-size: 35%; block-size: 100%; background: var(--sa-accent);
    animation: pass 1.2s ease-in-out infinite;
  }
  @keyframes pass { from { margin-inline-start: -35%; } to { margin-inline-start: 100%; } }
  @media (prefers-reduced-motion: reduce) { .line i { animation-duration: 3s; } }
  .confirm {
    max-inline-size: 420px; padding: 18px; border: 0; border-radius: 14px; pointer-events: auto;
    background: var(--sa-card); color: var(--sa-ink); box-shadow: var(--sa-float);
  }
  .confirm::backdrop { background: var(--sa-veil); }
  .confirm h2 { margin: 0 0 14px; font-size: 15px; line-height: 22px; }
  .confirm div { display: flex; justify-content: flex-end; gap: 8px; }
  .confirm button { border-color: var(--sa-line-strong); background: none; color: inherit; }
  .confirm button.yes { background: var(--sa-critical); color: var(--sa-card); }
  :focus-visible { outline: 2px solid var(--sa-focus); outline-offset: 2px; }
`;

export function createNotices(document: Document): Notices {
  let drawn: ReturnType<typeof draw> | undefined;
  // The script runs before there is a body to draw in.
  const parts = () => (drawn ??= draw(document));
  let count = 0;
  return {
    toast(message, options = {}) {
      count += 1;
      const id = `toast-${count}`;
      const { toasts } = parts();
      const toast = toastOf(document, { id, message, options });
      toasts.append(toast);
      setTimeout(() => toast.remove(), options.duration ?? TOAST_MS);
      return id;
    },
    hideToast(id) {
      parts()
        .toasts.querySelector(`[data-id="${CSS.escape(id)}"]`)
        ?.remove();
    },
    loading(isLoading) {
      parts().line.hidden = !isLoading;
    },
    saveBar(bar) {
      const { bars } = parts();
      bars.replaceChildren(...(bar === undefined ? [] : [barOf(document, bar)]));
    },
    confirm: (asked) => confirm(document, parts().root, asked),
  };
}

function draw(document: Document) {
  const host = document.createElement('div');
  host.dataset['adminNotices'] = '';
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LOOK);
  root.adoptedStyleSheets = [sheet];
  const toasts = make(document, 'div', { class: 'toasts', role: 'status' });
  const line = make(document, 'div', { class: 'line' });
  line.append(make(document, 'i'));
  line.hidden = true;
  const bars = make(document, 'div');
  root.append(line, bars, toasts);
  document.body.append(host);
  return { root, toasts, line, bars };
}

function make(
  document: Document,
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  text = '',
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function button(document: Document, text: string, press: () => void, look = ''): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = look;
  made.textContent = text;
  made.addEventListener('click', press);
  return made;
}

function toastOf(
  document: Document,
  parts: { readonly id: string; readonly message: string; readonly options: ToastOptions },
): HTMLElement {
  const { id, message, options } = parts;
  const look = options.isError === true ? 'toast error' : 'toast';
  const toast = make(document, 'div', { class: look, 'data-id': id });
  toast.append(make(document, 'span', {}, message));
  if (options.action !== undefined)
    toast.append(button(document, options.action, () => options.onAction?.()));
  const away = button(document, '✕', () => {
    toast.remove();
    options.onDismiss?.();
  });
  away.setAttribute('aria-label', 'Dismiss');
  toast.append(away);
  return toast;
}

function barOf(document: Document, bar: SaveBar): HTMLElement {
  const made = make(document, 'section', { class: 'bar', 'aria-label': 'Unsaved changes' });
  const save = button(document, 'Save', bar.save, 'yes');
  save.disabled = !bar.canSave || bar.isSaving;
  save.setAttribute('aria-busy', String(bar.isSaving));
  const discard = button(document, 'Discard', bar.discard);
  made.append(make(document, 'span', {}, 'Unsaved changes'), discard, save);
  return made;
}

function confirm(
  document: Document,
  root: ShadowRoot,
  asked: { readonly heading: string; readonly yes: string; readonly no: string },
): Promise<void> {
  const dialog = document.createElement('dialog');
  dialog.className = 'confirm';
  dialog.setAttribute('aria-label', asked.heading);
  const actions = make(document, 'div');
  root.append(dialog);
  return new Promise((resolve) => {
    const end = (isYes: boolean) => () => {
      dialog.remove();
      if (isYes) resolve();
    };
    dialog.addEventListener('cancel', end(false));
    const yes = button(document, asked.yes, end(true), 'yes');
    actions.append(button(document, asked.no, end(false)), yes);
    dialog.append(make(document, 'h2', {}, asked.heading), actions);
    dialog.showModal();
  });
}

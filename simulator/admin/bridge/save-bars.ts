/** `<ui-save-bar>` and `<form data-save-bar>`: what is changed and not yet saved. */
import type { Notices } from './notices.ts';

export interface SaveBars {
  /** Of the element with this id; rejects when there is none. */
  show(id: string): Promise<void>;
  hide(id: string): Promise<void>;
  toggle(id: string): Promise<void>;
  /** Resolves when nothing is unsaved, or the merchant leaves it. */
  leaveConfirmation(): Promise<void>;
}

interface BarElement extends HTMLElement {
  readonly showing: boolean;
  show(): Promise<void>;
  hide(): Promise<void>;
}

const TAG = 'ui-save-bar';
const ASK_LEAVE = { heading: 'Leave page with unsaved changes?', yes: 'Leave page', no: 'Stay' };
const ASK_DISCARD = { heading: 'Discard all unsaved changes?', yes: 'Discard', no: 'Keep editing' };

export function createSaveBars(document: Document, notices: Notices): SaveBars {
  let shown: HTMLElement | undefined;
  const draw = (element: HTMLElement | undefined): void => {
    shown = element;
    notices.saveBar(element === undefined ? undefined : barFor(element, notices));
  };
  const show = (element: HTMLElement): void => {
    if (shown === element) return;
    draw(element);
    element.dispatchEvent(new Event('show'));
  };
  const hide = (element: HTMLElement): void => {
    if (shown !== element) return;
    draw(undefined);
    element.dispatchEvent(new Event('hide'));
  };
  defineBar({ isShown: (element) => shown === element, show, hide, redraw: draw });
  watchForms(document, { show, hide });

  const named = (id: string): BarElement => {
    const element = document.getElementById(id);
    if (element?.localName !== TAG) throw new Error(`there is no <${TAG}> with the id ${id}`);
    return element as BarElement;
  };
  return {
    show: async (id) => named(id).show(),
    hide: async (id) => named(id).hide(),
    toggle: async (id) => (named(id).showing ? named(id).hide() : named(id).show()),
    async leaveConfirmation() {
      // A view that has gone took its changes with it.
      if (shown?.isConnected === false) draw(undefined);
      if (shown === undefined) return;
      await notices.confirm(ASK_LEAVE);
      hide(shown);
    },
  };
}

/** Save and Discard press the page's own buttons, or send and reset its form. */
function barFor(element: HTMLElement, notices: Notices) {
  const form = element instanceof HTMLFormElement ? element : undefined;
  const save = element.querySelector<HTMLButtonElement>('button[variant="primary"]');
  const discard = element.querySelector<HTMLButtonElement>('button:not([variant="primary"])');
  const discardNow = () => (form === undefined ? discard?.click() : form.reset());
  const asksFirst =
    element.hasAttribute('discardconfirmation') ||
    element.hasAttribute('data-discard-confirmation');
  return {
    save: () => (form === undefined ? save?.click() : form.requestSubmit()),
    discard: () => {
      if (asksFirst) void notices.confirm(ASK_DISCARD).then(discardNow);
      else discardNow();
    },
    canSave: form !== undefined || save?.disabled === false,
    isSaving: save?.hasAttribute('loading') === true,
  };
}

interface Showing {
  readonly show: (element: HTMLElement) => void;
  readonly hide: (element: HTMLElement) => void;
}

function defineBar(
  deps: Showing & {
    readonly isShown: (element: HTMLElement) => boolean;
    readonly redraw: (element: HTMLElement) => void;
  },
): void {
  customElements.define(
    TAG,
    class extends HTMLElement implements BarElement {
      get showing(): boolean {
        return deps.isShown(this);
      }
      get discardConfirmation(): boolean {
        return this.hasAttribute('discardconfirmation');
      }
      set discardConfirmation(value: boolean) {
        this.toggleAttribute('discardconfirmation', value);
      }
      connectedCallback(): void {
        this.style.display = 'none';
        const changes = new MutationObserver(() => {
          if (deps.isShown(this)) deps.redraw(this);
        });
        changes.observe(this, { subtree: true, childList: true, attributes: true });
      }
      disconnectedCallback(): void {
        deps.hide(this);
      }
      async show(): Promise<void> {
        deps.show(this);
      }
      async hide(): Promise<void> {
        deps.hide(this);
      }
      async toggle(): Promise<void> {
        await (this.showing ? this.hide() : this.show());
      }
    },
  );
}

function watchForms(document: Document, { show, hide }: Showing): void {
  const formOf = (event: Event): HTMLFormElement | null =>
    event.target instanceof Element ? event.target.closest('form[data-save-bar]') : null;
  for (const name of ['input', 'change'])
    document.addEventListener(name, (event) => {
      const form = formOf(event);
      if (form !== null) show(form);
    });
  for (const name of ['submit', 'reset'])
    document.addEventListener(name, (event) => {
      const form = formOf(event);
      if (form !== null) hide(form);
    });
}

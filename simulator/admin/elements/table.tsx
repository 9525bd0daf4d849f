/**
 * Tables. Each part is a host of its own with a role of its own, so the table as a whole says to
 * its rows and cells how they stand: in columns, or one below the other where it is narrow.
 */
import type { HostElement } from '../../elements/element-class.ts';
import { hasSlotted } from './children.ts';
import { defineElement } from './define.ts';
import { Glyph } from './glyphs.tsx';

/** Below this a row is read as a list. */
const NARROW_PX = 490;

export function defineTables(): void {
  defineElement('s-table', {
    css: `
      .filters { padding: 8px 12px; border-block-end: 1px solid var(--sa-line); }
      .scroll { overflow-x: auto; }
      .table { display: table; inline-size: 100%; border-collapse: collapse; }
      .table.list { display: block; }
      .frame { position: relative; }
      .frame.busy .table { opacity: 0.55; }
      .bar {
        position: absolute; inset-inline: 0; inset-block-start: 0; block-size: 3px;
        overflow: hidden; background: var(--sa-strong);
      }
      .bar i {
        display: block; inline-size: 30%; block-size: 100%; background: var(--sa-accent);
        animation: pass 1.2s ease-in-out infinite;
      }
      @keyframes pass { from { margin-inline-start: -30%; } to { margin-inline-start: 100%; } }
      nav {
        display: flex; justify-content: center; gap: 4px; padding: 8px;
        border-block-start: 1px solid var(--sa-line);
      }
      nav button {
        display: grid; place-items: center; inline-size: 36px; block-size: 30px; padding: 0;
        border: 1px solid var(--sa-line); border-radius: 8px; background: var(--sa-card);
      }
      nav button:hover:enabled { background: var(--sa-sunken); }
      nav button:disabled { color: var(--sa-line-strong); background: var(--sa-sunken); }
    `,
    connected(host) {
      new ResizeObserver(() => arrange(host)).observe(host);
      const changes = new MutationObserver(() => {
        arrange(host);
        host.refresh();
      });
      changes.observe(host, { childList: true, subtree: true, characterData: true });
    },
    view(host) {
      const isBusy = host.flag('loading');
      arrange(host);
      return (
        <>
          {hasSlotted(host, 'filters') && (
            <div class="filters">
              <slot name="filters" />
            </div>
          )}
          <div class={isBusy ? 'frame busy' : 'frame'}>
            {isBusy && (
              <div class="bar" role="status">
                <span class="unseen">Loading</span>
                <i />
              </div>
            )}
            <div
              class={host.dataset['form'] === 'list' ? 'table list' : 'table'}
              role="table"
              aria-busy={isBusy}
              aria-label={labelOf(host)}
            >
              <slot />
            </div>
          </div>
          {host.flag('paginate') && <Pages host={host} />}
        </>
      );
    },
  });
  defineParts();
}

/** A table is named by the section that it fills. */
function labelOf(host: HostElement): string | undefined {
  const section = host.closest('s-section');
  const heading: unknown = section === null ? '' : Reflect.get(section, 'heading');
  return typeof heading === 'string' && heading !== '' ? heading : undefined;
}

function Pages({ host }: { readonly host: HostElement }) {
  return (
    <nav aria-label="Pages">
      <button
        type="button"
        aria-label="Previous page"
        disabled={!host.flag('hasPreviousPage')}
        onClick={() => host.emit('previouspage')}
      >
        <Glyph type="chevron-left" />
      </button>
      <button
        type="button"
        aria-label="Next page"
        disabled={!host.flag('hasNextPage')}
        onClick={() => host.emit('nextpage')}
      >
        <Glyph type="chevron-right" />
      </button>
    </nav>
  );
}

/** Gives every part of the table its form, and every cell what its column's header says of it. */
function arrange(host: HostElement): void {
  const isNarrow = host.clientWidth > 0 && host.clientWidth < NARROW_PX;
  const form = host.text('variant') === 'list' || isNarrow ? 'list' : 'table';
  if (host.dataset['form'] !== form) {
    host.dataset['form'] = form;
    host.refresh();
  }
  const headers = [...host.querySelectorAll<HostElement>('s-table-header')];
  for (const part of host.querySelectorAll<HTMLElement>('s-table-header-row, s-table-body'))
    set(part, 'form', form);
  for (const header of headers) set(header, 'format', header.text('format') || 'base');
  for (const row of host.querySelectorAll<HTMLElement>('s-table-row')) {
    set(row, 'form', form);
    const cells = row.querySelectorAll<HTMLElement>(':scope > s-table-cell');
    for (const [at, cell] of cells.entries()) {
      const header = headers[at];
      set(cell, 'form', form);
      set(cell, 'format', header?.text('format') || 'base');
      set(cell, 'place', header?.text('listSlot') || 'labeled');
      set(cell, 'label', header?.textContent.trim() ?? '');
    }
  }
}

/** Writes only what differs: a write would be seen as a change again. */
function set(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

const CELL_CSS = `
  :host { display: table-cell; padding: 8px 12px; vertical-align: middle; text-align: start; }
  :host([data-format="numeric"]), :host([data-format="currency"]) {
    text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap;
  }
`;

function defineParts(): void {
  defineElement('s-table-header-row', {
    css: `
      :host { display: table-row; background: var(--sa-sunken); }
      :host([data-form="list"]) {
        position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden;
        clip-path: inset(50%);
      }
    `,
    view: role('row'),
  });
  defineElement('s-table-header', {
    css: `${CELL_CSS}
      :host {
        font-size: 12px; line-height: 16px; font-weight: 600; color: var(--sa-soft);
        white-space: nowrap; border-block-end: 1px solid var(--sa-line);
      }`,
    view: role('columnheader'),
  });
  defineElement('s-table-body', {
    css: `
      :host { display: table-row-group; }
      :host([data-form="list"]) { display: block; }
    `,
    view: role('rowgroup'),
  });
  defineElement('s-table-row', {
    css: `
      :host { display: table-row; }
      :host(:not(:last-child)) { box-shadow: inset 0 -1px var(--sa-line); }
      :host([data-form="list"]) {
        display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 10px 12px;
      }
      :host([data-clickable="true"]) { cursor: pointer; }
      :host([data-clickable="true"]:hover) { background: var(--sa-sunken); }
    `,
    connected(host) {
      host.addEventListener('click', (event) => delegate(host, event));
    },
    view(host) {
      host.dataset['clickable'] = String(host.text('clickDelegate') !== '');
      return role('row')(host);
    },
  });
  defineElement('s-table-cell', {
    css: `${CELL_CSS}
      .label { display: none; }
      :host([data-form="list"]) { display: block; padding: 0; text-align: start; flex: 1 1 100%; }
      :host([data-form="list"][data-place="primary"]) { flex: 1 1 auto; font-weight: 600; }
      :host([data-form="list"][data-place="inline"]) { flex: 0 1 auto; }
      :host([data-form="list"][data-place="kicker"]) {
        order: -1; font-size: 12px; color: var(--sa-soft);
      }
      :host([data-form="list"][data-place="secondary"]) { color: var(--sa-soft); }
      :host([data-form="list"][data-place="labeled"]) {
        display: flex; justify-content: space-between; gap: 12px;
      }
      :host([data-form="list"][data-place="labeled"]) .label {
        display: inline; color: var(--sa-soft);
      }
    `,
    connected(host) {
      const changes = new MutationObserver(() => host.refresh());
      changes.observe(host, { attributes: true, attributeFilter: ['data-label', 'data-form'] });
    },
    view(host) {
      host.setAttribute('role', 'cell');
      const isLabeled = host.dataset['form'] === 'list' && host.dataset['place'] === 'labeled';
      return (
        <>
          {isLabeled && (
            <span class="label" aria-hidden="true">
              {host.dataset['label']}
            </span>
          )}
          <slot />
        </>
      );
    },
  });
}

const role = (name: string) => (host: HostElement) => {
  host.setAttribute('role', name);
  return <slot />;
};

const PRESSABLE = 'a, button, input, s-button, s-link, s-clickable, s-checkbox';

/** A click on the row counts for the element that it names; one on something else is its own. */
function delegate(host: HostElement, event: Event): void {
  const id = host.text('clickDelegate');
  if (id === '') return;
  const isOwn = event
    .composedPath()
    .some((at) => at instanceof Element && at !== host && at.matches(PRESSABLE));
  if (!isOwn) host.querySelector<HTMLElement>(`[id="${CSS.escape(id)}"]`)?.click();
}

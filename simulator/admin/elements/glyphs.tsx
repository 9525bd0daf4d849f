/** Drawn signs, 16 × 16. Shopify has hundreds; a dot stands for those that nobody drew here. */

const GLYPHS: Readonly<Record<string, string>> = {
  'alert-circle': 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 4.8v4M8 11v.2',
  'alert-triangle': 'M8 2.2 14.4 13.4H1.6ZM8 6.4v3.2M8 11.4v.2',
  'arrow-down': 'M8 3v10M4 9l4 4 4-4',
  'arrow-left': 'M13 8H3M7 4 3 8l4 4',
  'arrow-right': 'M3 8h10M9 4l4 4-4 4',
  'arrow-up': 'M8 13V3M4 7l4-4 4 4',
  calendar: 'M2.5 4h11v9.5h-11ZM2.5 7h11M5.5 2v3M10.5 2v3',
  check: 'M3 8.5 6.5 12 13 4.5',
  'check-circle': 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM5.2 8.2l2 2 3.6-4',
  'chevron-down': 'M4 6l4 4 4-4',
  'chevron-left': 'M10 4 6 8l4 4',
  'chevron-right': 'M6 4l4 4-4 4',
  'chevron-up': 'M4 10l4-4 4 4',
  clipboard: 'M4 3h8v11H4ZM6 2h4v2H6Z',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 4.6V8l2.4 1.6',
  delete: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 9h5.8l.6-9M7 7v4M9 7v4',
  download: 'M8 2.5v7M5 7l3 3 3-3M2.5 13.5h11',
  edit: 'M3 13l.6-2.8 7-7 2.2 2.2-7 7Z',
  export: 'M8 10V2.5M5 5.5l3-3 3 3M3 9v4.5h10V9',
  external: 'M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13 3 7.5 8.5',
  file: 'M4 2h5l3 3v9H4ZM9 2v3h3',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  home: 'M2.5 8 8 2.8 13.5 8M4 7v6.2h8V7',
  import: 'M8 2.5V10M5 7l3 3 3-3M3 9v4.5h10V9',
  info: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM8 7.4v4M8 4.8v.2',
  'menu-horizontal': 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  minus: 'M3 8h10',
  person: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8ZM3 13.6a5 5 0 0 1 10 0',
  plus: 'M8 3v10M3 8h10',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  reset: 'M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.4 3.4',
  settings: 'M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6M10.2 3.4v3.2M5.8 9.4v3.2',
  sort: 'M5 3v10M2.5 10.5 5 13l2.5-2.5M11 13V3M8.5 5.5 11 3l2.5 2.5',
  undo: 'M3 6.5h6.5a3.5 3.5 0 1 1 0 7H6M5.5 4 3 6.5 5.5 9',
  upload: 'M8 10V2.5M5 5.5l3-3 3 3M2.5 13.5h11',
  wifi: 'M2 6.5a8.5 8.5 0 0 1 12 0M4.3 9a5.2 5.2 0 0 1 7.4 0M8 12.2v.1',
  x: 'M4 4l8 8M12 4l-8 8',
  'x-circle': 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4ZM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
};

const DOT = 'M8 8h.1';

/** A sign of `type`; it says nothing to a screen reader. */
export function Glyph({ type, size = 16 }: { readonly type: string; readonly size?: number }) {
  const path = GLYPHS[type.replace(/-filled$/, '')];
  const isThick = path === undefined || type === 'menu-horizontal';
  return (
    <svg class="glyph" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      <path
        d={path ?? DOT}
        fill="none"
        stroke="currentColor"
        stroke-width={isThick ? 2.6 : 1.5}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** Pages of the simulated admin: the frame around the app, and plain places outside of it. */
import { escaped } from '../server/admin/page.ts';
import { CUSTOMER_LIST, SHOP_NAME } from './shop.ts';

const STYLE = `
  html, body { block-size: 100%; }
  body { display: grid; grid-template: auto minmax(0, 1fr) / 220px minmax(0, 1fr); }
  .top {
    grid-column: 1 / -1; display: flex; align-items: center; gap: 12px; padding: 10px 16px;
    background: #1b1e22; color: #f2f4f6;
  }
  .top strong { font-weight: 650; }
  .top span { color: #b9c0c8; font-size: 13px; }
  nav { padding: 12px 8px; overflow: auto; }
  nav ul { margin: 0; padding: 0; list-style: none; }
  nav a {
    display: block; padding: 6px 12px; border-radius: 8px; color: var(--sa-ink);
    text-decoration: none; font-weight: 500;
  }
  nav a.home { font-weight: 650; }
  nav a.part { padding-inline-start: 24px; }
  nav a:hover { background: var(--sa-strong); }
  nav a[aria-current] { background: var(--sa-card); box-shadow: var(--sa-shade); }
  iframe { inline-size: 100%; block-size: 100%; border: 0; background: var(--sa-back); }
  main { min-inline-size: 0; min-block-size: 0; overflow: auto; }
  .place { max-inline-size: 640px; margin: 40px auto; padding: 0 24px; }
  .place a { color: var(--sa-accent); }
  @media (max-width: 760px) {
    body { grid-template: auto auto minmax(0, 1fr) / minmax(0, 1fr); }
    nav { padding: 0 8px; }
    nav ul { display: flex; }
    nav a, nav a.part { padding: 6px 10px; white-space: nowrap; }
    nav { padding-block: 6px; }
  }
`;

/** The admin with the app in its frame. */
export function framePage(appAddress: string): string {
  return document(
    'Tideover',
    `<nav aria-label="Admin"><ul id="app-links"></ul></nav>
<main><iframe id="app" title="Tideover" src="${escaped(appAddress)}"></iframe></main>
<script src="/__sim/admin/frame.js"></script>`,
  );
}

/** Any other page of the admin, named by its path: "customers/1". */
export function placePage(path: string): string {
  const [kind = '', id = ''] = path.split('/');
  const noun = kind.replace(/s$/, '');
  const heading = id === '' ? kind : `${noun} ${id}`;
  const title = heading.charAt(0).toUpperCase() + heading.slice(1);
  const known =
    kind === 'customers' ? CUSTOMER_LIST.find((one) => String(one.id) === id) : undefined;
  const name = known === undefined ? '' : `<p>${escaped(known.name)}</p>`;
  return document(
    title,
    `<nav aria-label="Admin"></nav><main><div class="place">
<h1>${escaped(title)} in Shopify’s admin</h1>
${name}<p>Shopify shows its own page here. The simulator has none.</p>
<p><a href="/__sim/admin">Back to Tideover</a></p></div></main>
<script src="/__sim/admin/frame.js"></script>`,
  );
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · ${escaped(SHOP_NAME)}</title>
<style>${STYLE}</style>
</head>
<body>
<div class="top" role="banner"><strong>${escaped(SHOP_NAME)}</strong>
<span>Simulated admin</span></div>
${body}
</body>
</html>
`;
}

/**
 * The frame of the page that a merchant sees in Shopify's admin. What it shows is drawn in the
 * browser by `server/admin-page/`, which `npm run build` makes into files beside it.
 */

/** Shopify's own scripts; the simulator has others, so that nothing leaves the machine. */
export const SHOPIFY_SCRIPTS: PageScripts = {
  appBridge: 'https://cdn.shopify.com/shopifycloud/app-bridge.js',
  polaris: 'https://cdn.shopify.com/shopifycloud/polaris.js',
};

export interface PageScripts {
  readonly appBridge: string;
  readonly polaris: string;
}

export function renderPage(parts: {
  readonly clientId: string;
  readonly scripts: PageScripts;
}): string {
  const { clientId, scripts } = parts;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="shopify-api-key" content="${escaped(clientId)}">
<title>Tideover</title>
<script src="${escaped(scripts.appBridge)}"></script>
<script src="${escaped(scripts.polaris)}"></script>
<script src="/app/assets/page.js" type="module"></script>
</head>
<body>
<div id="root"></div>
</body>
</html>
`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is text wherever it stands in a page. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
}

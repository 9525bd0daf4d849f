/** Colours and letters of the simulated admin, light and dark, for the page and all elements. */

const LIGHT = `
  --sa-back: #f3f4f5; --sa-card: #ffffff; --sa-sunken: #f7f8f9; --sa-strong: #e3e6ea;
  --sa-line: #e0e3e7; --sa-line-strong: #868d96; --sa-ink: #1e2227; --sa-soft: #565e68;
  --sa-accent: #0a58b8; --sa-focus: #0a66d6; --sa-veil: rgb(20 24 30 / 0.45);
  --sa-main: #262b31; --sa-main-ink: #ffffff; --sa-main-hover: #3a4149;
  --sa-info: #0a4f9e; --sa-info-back: #e4f0fc; --sa-success: #12603a; --sa-success-back: #dff4e7;
  --sa-caution: #6b5200; --sa-caution-back: #fff6cf; --sa-warning: #7a4b00;
  --sa-warning-back: #ffeed3; --sa-critical: #a4201a; --sa-critical-back: #fde6e4;
  --sa-shade: 0 1px 2px rgb(20 24 30 / 0.08); --sa-float: 0 8px 28px rgb(20 24 30 / 0.18);
`;

const DARK = `
  --sa-back: #15171a; --sa-card: #1f2226; --sa-sunken: #272b30; --sa-strong: #343a41;
  --sa-line: #363b42; --sa-line-strong: #848c95; --sa-ink: #eceff2; --sa-soft: #adb5be;
  --sa-accent: #8fc3ff; --sa-focus: #8fc3ff; --sa-veil: rgb(0 0 0 / 0.6);
  --sa-main: #eceff2; --sa-main-ink: #1b1e22; --sa-main-hover: #cdd3d9;
  --sa-info: #a3d0ff; --sa-info-back: #15304d; --sa-success: #86dca6; --sa-success-back: #143824;
  --sa-caution: #ecd277; --sa-caution-back: #3a3210; --sa-warning: #f4c77c;
  --sa-warning-back: #402d10; --sa-critical: #ffaaa3; --sa-critical-back: #471d1b;
  --sa-shade: 0 1px 2px rgb(0 0 0 / 0.4); --sa-float: 0 8px 28px rgb(0 0 0 / 0.55);
`;

/** Rules of a document in which the elements stand. */
export const DOCUMENT_CSS = `
  :root { color-scheme: light dark; ${LIGHT} }
  @media (prefers-color-scheme: dark) { :root { ${DARK} } }
  html { background: var(--sa-back); }
  body {
    margin: 0; background: var(--sa-back); color: var(--sa-ink);
    font: 14px/20px Inter, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
    -webkit-font-smoothing: antialiased;
  }
  *, ::before, ::after { box-sizing: border-box; }
  :focus-visible { outline: 2px solid var(--sa-focus); outline-offset: 2px; }
`;

export function dressDocument(document: Document): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(DOCUMENT_CSS);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

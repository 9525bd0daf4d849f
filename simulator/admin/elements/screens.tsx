/** Components that speak for a whole page, or a part of it. */
import { hasSlotted, watchChildren } from './children.ts';
import { defineElement } from './define.ts';
import { Glyph } from './glyphs.tsx';
import { levelWithin } from './text.tsx';

export function defineScreens(): void {
  definePage();
  defineSection();
  defineBanner();
  defineElement('s-empty-state', {
    css: `
      :host { padding: 40px 24px; text-align: center; }
      h2, h3, h4 { margin: 0; font-size: 16px; line-height: 24px; font-weight: 650; }
      .say { margin: 6px auto 16px; max-inline-size: 48ch; color: var(--sa-soft); }
      .actions { display: flex; justify-content: center; gap: 8px; flex-wrap: wrap; }
    `,
    view(host) {
      const Level = levelWithin(host);
      return (
        <>
          <slot name="graphic" />
          {host.text('heading') !== '' && <Level>{host.text('heading')}</Level>}
          <div class="say">
            <slot name="subheading" />
            <slot />
          </div>
          <div class="actions">
            <slot name="secondary-actions" />
            <slot name="primary-action" />
          </div>
        </>
      );
    },
  });
}

function definePage(): void {
  defineElement('s-page', {
    css: `
      :host { max-inline-size: 998px; margin-inline: auto; padding: 0 24px 48px; }
      :host([data-size="small"]) { max-inline-size: 662px; }
      :host([data-size="large"]) { max-inline-size: none; }
      header {
        display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 18px 0 16px;
      }
      .titles { flex: 1 1 auto; min-inline-size: 0; }
      h1 {
        margin: 0; font-size: 20px; line-height: 28px; font-weight: 650; overflow-wrap: anywhere;
      }
      .way { font-size: 13px; }
      .actions { display: flex; flex-wrap: wrap; gap: 8px; }
      main { display: flex; flex-direction: column; gap: 16px; min-inline-size: 0; }
      .body { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
      aside { display: flex; flex-direction: column; gap: 16px; min-inline-size: 0; }
      @media (min-width: 800px) {
        .body.with-aside { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
      }
      @media (max-width: 500px) { :host { padding-inline: 12px; } }
    `,
    connected: watchChildren,
    view(host) {
      const size = host.text('inlineSize') || 'base';
      host.dataset['size'] = size;
      const hasAside = size === 'base' && hasSlotted(host, 'aside');
      const heading = host.text('heading');
      return (
        <>
          <header>
            <div class="titles">
              <div class="way">
                <slot name="breadcrumb-actions" />
              </div>
              {heading !== '' && <h1>{heading}</h1>}
            </div>
            <slot name="accessory" />
            <div class="actions">
              <slot name="secondary-actions" />
              <slot name="primary-action" />
            </div>
          </header>
          <div class={hasAside ? 'body with-aside' : 'body'}>
            <main>
              <slot name="supplemental-start" />
              <slot />
            </main>
            {hasAside && (
              <aside aria-label="More">
                <slot name="aside" />
              </aside>
            )}
          </div>
        </>
      );
    },
  });
}

function defineSection(): void {
  defineElement('s-section', {
    css: `
      section.card {
        border: 1px solid var(--sa-line); border-radius: 12px; background: var(--sa-card);
        box-shadow: var(--sa-shade); overflow: clip;
      }
      header {
        display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; padding: 14px 16px 0;
      }
      section.inner header { padding: 0; }
      .titles { flex: 1 1 auto; min-inline-size: 0; }
      h2, h3, h4 {
        display: inline; margin: 0; font-size: 14px; line-height: 20px; font-weight: 650;
      }
      p { margin: 0; color: var(--sa-soft); font-size: 13px; }
      .actions { display: flex; gap: 8px; flex-wrap: wrap; }
      .content { padding: 14px 16px 16px; display: flow-root; }
      header + .content { padding-block-start: 10px; }
      section.inner .content { padding: 8px 0 0; }
      .content.bare { padding-inline: 0; padding-block-end: 0; }
      .content ::slotted(*:not(:last-child, s-text, s-link)) { margin-block-end: 12px; }
    `,
    connected: watchChildren,
    view(host) {
      const heading = host.text('heading');
      const isInner = host.matches('s-section s-section');
      const Level = levelWithin(host);
      const slots = ['primary-action', 'secondary-actions', 'accessory', 'supplemental'];
      const isHeaded = heading !== '' || slots.some((slot) => hasSlotted(host, slot));
      const label = host.text('accessibilityLabel') || heading;
      return (
        <section class={isInner ? 'inner' : 'card'} aria-label={label || undefined}>
          {isHeaded && (
            <header>
              {heading !== '' && <slot name="graphic" />}
              <div class="titles">
                {heading !== '' && <Level>{heading}</Level>} <slot name="accessory" />
                {host.text('subheading') !== '' && <p>{host.text('subheading')}</p>}
              </div>
              <slot name="supplemental" />
              <div class="actions">
                <slot name="secondary-actions" />
                <slot name="primary-action" />
              </div>
            </header>
          )}
          <div class={host.text('padding') === 'none' ? 'content bare' : 'content'}>
            <slot />
          </div>
        </section>
      );
    },
  });
}

const BANNER_ICONS: Readonly<Record<string, string>> = {
  success: 'check-circle',
  warning: 'alert-triangle',
  critical: 'alert-circle',
};

function defineBanner(): void {
  defineElement('s-banner', {
    css: `
      .banner {
        display: flex; gap: 10px; padding: 12px 14px; border-radius: 12px;
        border: 1px solid color-mix(in srgb, var(--tone) 30%, var(--tone-back));
        background: var(--tone-back); color: var(--tone);
      }
      .sign { padding-block-start: 2px; }
      .say { flex: 1; min-inline-size: 0; }
      strong { display: block; font-weight: 650; }
      .text { color: var(--sa-ink); }
      .actions { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; }
      .away {
        align-self: start; display: grid; place-items: center; inline-size: 28px; block-size: 28px;
        padding: 0; border: 0; border-radius: 8px; background: none; color: inherit;
      }
      .away:hover { background: color-mix(in srgb, var(--tone) 14%, transparent); }
    `,
    connected: watchChildren,
    view(host) {
      const tone = toneOf(host.text('tone'));
      const isUrgent = tone === 'critical' || tone === 'warning';
      return (
        <div class="banner" data-tone={tone} role={isUrgent ? 'alert' : 'status'}>
          <span class="sign">
            <Glyph type={BANNER_ICONS[tone] ?? 'info'} size={18} />
          </span>
          <div class="say">
            {host.text('heading') !== '' && <strong>{host.text('heading')}</strong>}
            <div class="text">
              <slot />
            </div>
            {hasSlotted(host, 'secondary-actions') && (
              <div class="actions">
                <slot name="secondary-actions" />
              </div>
            )}
          </div>
          {host.flag('dismissible') && (
            <button
              type="button"
              class="away"
              aria-label="Dismiss"
              onClick={() => {
                host.emit('dismiss');
                host.hidden = true;
                host.emit('afterhide');
              }}
            >
              <Glyph type="x" />
            </button>
          )}
        </div>
      );
    },
  });
}

function toneOf(asked: string): string {
  return asked === '' || asked === 'auto' ? 'info' : asked;
}

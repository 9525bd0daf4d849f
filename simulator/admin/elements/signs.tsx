/** Small components: badges, signs, pictures, and that something is going on. */
import type { HostElement } from '../../elements/element-class.ts';
import { defineElement } from './define.ts';
import { Glyph } from './glyphs.tsx';

export function defineSigns(): void {
  defineElement('s-badge', {
    css: `
      :host { display: inline-block; vertical-align: middle; max-inline-size: 100%; }
      span {
        display: inline-flex; align-items: center; gap: 4px; padding: 1px 8px; border-radius: 8px;
        background: var(--tone-back, var(--sa-strong)); color: var(--tone, var(--sa-ink));
        font-size: 12px; line-height: 18px; font-weight: 500; white-space: nowrap;
      }
      span[data-size^="large"] { padding: 3px 10px; font-size: 13px; line-height: 20px; }
      span[data-color="strong"] { background: var(--tone, var(--sa-main)); color: var(--sa-card); }
    `,
    view: (host) => (
      <span
        data-tone={host.text('tone')}
        data-size={host.text('size')}
        data-color={host.text('color')}
      >
        {host.text('icon') !== '' && <Glyph type={host.text('icon')} size={14} />}
        <slot />
      </span>
    ),
  });
  defineElement('s-icon', {
    css: `
      :host { display: inline-block; vertical-align: -3px; line-height: 0; }
      span { color: var(--tone, inherit); }
      span[data-color="subdued"] { color: var(--tone, var(--sa-soft)); }
    `,
    view: (host) => (
      <span data-tone={host.text('tone')} data-color={host.text('color')}>
        <Glyph type={host.text('type')} size={host.text('size') === 'small' ? 14 : 18} />
      </span>
    ),
  });
  defineElement('s-spinner', {
    css: `
      :host { display: inline-block; line-height: 0; }
      span {
        display: inline-block; inline-size: 20px; block-size: 20px; border-radius: 50%;
        border: 2px solid var(--sa-strong); border-block-start-color: var(--sa-accent);
        animation: turn 0.9s linear infinite;
      }
      span[data-size^="large"] { inline-size: 36px; block-size: 36px; border-width: 3px; }
      @keyframes turn { to { transform: rotate(360deg); } }
    `,
    view: (host) => (
      <span
        role="img"
        data-size={host.text('size')}
        aria-label={host.text('accessibilityLabel') || 'Loading'}
      />
    ),
  });
  defineProgress();
  definePictures();
}

function defineProgress(): void {
  defineElement('s-progress', {
    css: `
      div { block-size: 8px; border-radius: 4px; background: var(--sa-strong); overflow: hidden; }
      i {
        display: block; block-size: 100%; border-radius: 4px;
        background: var(--tone, var(--sa-accent)); transition: inline-size 0.2s;
      }
      i.endless { inline-size: 30%; animation: pass 1.4s ease-in-out infinite; }
      @keyframes pass { from { margin-inline-start: -30%; } to { margin-inline-start: 100%; } }
    `,
    view(host) {
      const max = Number(host.text('max') || 1);
      const value = host.text('value');
      const isKnown = value !== '';
      const part = isKnown && max > 0 ? Math.min(1, Math.max(0, Number(value) / max)) : 0;
      return (
        <div
          role="progressbar"
          data-tone={host.text('tone')}
          aria-label={host.text('accessibilityLabel') || 'Progress'}
          aria-valuemin={isKnown ? 0 : undefined}
          aria-valuemax={isKnown ? max : undefined}
          aria-valuenow={isKnown ? Number(value) : undefined}
        >
          {isKnown ? <i style={{ inlineSize: `${part * 100}%` }} /> : <i class="endless" />}
        </div>
      );
    },
  });
}

const PICTURE_PX: Readonly<Record<string, number>> = {
  'small-200': 24,
  'small-100': 28,
  small: 28,
  base: 40,
  large: 56,
  'large-100': 72,
};

/** Tells as an `<img>` does, on the component itself. */
const tellers = (host: HostElement) => ({
  onLoad: () => host.emit('load'),
  onError: () => host.emit('error'),
});

function definePictures(): void {
  defineElement('s-avatar', {
    css: `
      :host { display: inline-block; vertical-align: middle; }
      span {
        display: grid; place-items: center; border-radius: 50%; overflow: hidden;
        background: var(--sa-info-back); color: var(--sa-info); font-weight: 600; font-size: 13px;
      }
      img { inline-size: 100%; block-size: 100%; object-fit: cover; }
    `,
    view(host) {
      const px = PICTURE_PX[host.text('size') || 'base'] ?? 40;
      const src = host.text('src');
      const label = host.text('alt') || host.text('initials') || 'Person';
      return (
        <span role="img" aria-label={label} style={{ inlineSize: `${px}px`, blockSize: `${px}px` }}>
          {src === '' ? (
            host.text('initials').slice(0, 2)
          ) : (
            <img src={src} alt="" {...tellers(host)} />
          )}
        </span>
      );
    },
  });
  defineElement('s-thumbnail', {
    css: `
      :host { display: inline-block; vertical-align: middle; }
      span {
        display: grid; place-items: center; overflow: hidden; border-radius: 8px;
        border: 1px solid var(--sa-line); background: var(--sa-card); color: var(--sa-soft);
      }
      img { inline-size: 100%; block-size: 100%; object-fit: cover; }
    `,
    view(host) {
      const px = PICTURE_PX[host.text('size') || 'base'] ?? 40;
      const src = host.text('src');
      return (
        <span style={{ inlineSize: `${px}px`, blockSize: `${px}px` }}>
          {src === '' ? (
            <Glyph type="file" />
          ) : (
            <img src={src} alt={host.text('alt')} {...tellers(host)} />
          )}
        </span>
      );
    },
  });
  defineElement('s-image', {
    css: `
      :host { display: block; }
      img { display: block; inline-size: 100%; max-inline-size: 100%; }
    `,
    view(host) {
      const ratio = host.text('aspectRatio');
      return (
        <img
          src={host.text('src')}
          alt={host.text('alt')}
          loading={host.text('loading') === 'lazy' ? 'lazy' : 'eager'}
          style={{
            aspectRatio: ratio === '' ? undefined : ratio,
            objectFit: host.text('objectFit') || undefined,
            inlineSize: host.text('inlineSize') === 'auto' ? 'auto' : undefined,
          }}
          {...tellers(host)}
        />
      );
    },
  });
}

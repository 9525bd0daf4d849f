/** Where files are dropped, or chosen. */
import type { HostElement } from '../../elements/element-class.ts';
import { isAccepted } from './accepted.ts';
import { defineElement } from './define.ts';
import { FIELD_CSS, Hint, inputState, labelClass, LabelText, INPUT } from './field-frame.tsx';
import { Glyph } from './glyphs.tsx';

export function defineDropZone(): void {
  defineElement('s-drop-zone', {
    css: `${FIELD_CSS}
      .zone {
        position: relative; display: flex; flex-direction: column; align-items: center; gap: 6px;
        padding: 24px 16px; border: 1px dashed var(--sa-line-strong); border-radius: 12px;
        background: var(--sa-sunken); color: var(--sa-soft); text-align: center;
      }
      .zone:hover, .zone.over { border-color: var(--sa-accent); }
      .zone:focus-within { outline: 2px solid var(--sa-focus); outline-offset: 2px; }
      .zone input { position: absolute; inset: 0; opacity: 0; cursor: pointer; inline-size: 100%; }
      .zone input:disabled { cursor: default; }
      .add {
        padding: 4px 12px; border: 1px solid var(--sa-line); border-radius: 8px;
        background: var(--sa-card); color: var(--sa-ink); font-size: 13px; font-weight: 550;
      }
    `,
    reads: { files: filesOf, value: (host) => filesOf(host)[0]?.name ?? '' },
    field: { value: formOf, reset: (host) => host.keep('files', []) },
    view: (host) => <Zone host={host} />,
  });
}

function Zone({ host }: { readonly host: HostElement }) {
  const label = host.text('accessibilityLabel');
  return (
    <>
      <label for={INPUT} class={labelClass(host)}>
        <LabelText host={host} />
      </label>
      <div
        class="zone"
        onDragOver={(event) => {
          event.preventDefault();
          event.currentTarget.classList.add('over');
        }}
        onDragLeave={(event) => event.currentTarget.classList.remove('over')}
        onDrop={(event) => {
          event.preventDefault();
          event.currentTarget.classList.remove('over');
          take(host, [...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <Glyph type="upload" size={20} />
        <span class="add" aria-hidden="true">
          {host.flag('multiple') ? 'Add files' : 'Add file'}
        </span>
        <slot />
        <input
          {...inputState(host)}
          type="file"
          accept={host.text('accept') || undefined}
          multiple={host.flag('multiple')}
          aria-label={label || host.text('label') || 'Add file'}
          onInput={(event) => event.stopPropagation()}
          onChange={(event) => {
            event.stopPropagation();
            take(host, [...(event.currentTarget.files ?? [])]);
            // The same file chosen again is a choice again.
            event.currentTarget.value = '';
          }}
        />
      </div>
      <Hint host={host} />
    </>
  );
}

function filesOf(host: HostElement): readonly File[] {
  const files = host.property('files');
  return Array.isArray(files) ? files.filter((file) => file instanceof File) : [];
}

function formOf(host: HostElement): FormData {
  const form = new FormData();
  for (const file of filesOf(host)) form.append(host.text('name'), file);
  return form;
}

function take(host: HostElement, files: readonly File[]): void {
  if (host.flag('disabled') || files.length === 0) return;
  const taken = files.filter((file) => isAccepted(file, host.text('accept')));
  if (taken.length < files.length) host.emit('droprejected');
  if (taken.length === 0) return;
  host.keep('files', host.flag('multiple') ? taken : taken.slice(0, 1));
  host.emit('input');
  host.emit('change');
}

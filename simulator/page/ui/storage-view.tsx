/** What lies in the device's storage: keys of the allowed hundred, bytes, values. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { STORAGE_KEYS_MAX } from '../../../shared/ports.ts';
import { clearFiller, fillStorage } from '../control.ts';
import type { StorageRow } from '../device-storage.ts';
import type { StorageMischief } from '../mischief.ts';
import type { Register } from '../register.ts';
import { preciseTime } from './format.ts';
import { Actions, Choice, Section } from './panel.tsx';

const REFRESH_MS = 1_000;

const MISCHIEF: readonly { readonly value: StorageMischief; readonly label: string }[] = [
  { value: 'none', label: 'works' },
  { value: 'slow', label: 'is slow' },
  { value: 'fails', label: 'throws' },
  { value: 'hangs', label: 'never answers' },
];

export function StorageView({ register }: { readonly register: Register }) {
  return (
    <Section title="Device storage" name="storage">
      <Records register={register} />
    </Section>
  );
}

function Records({ register }: { readonly register: Register }) {
  const rows = useSignal<readonly StorageRow[]>([]);
  const read = (): void => {
    register.storage.inspect().then(
      (found) => (rows.value = found),
      (error: unknown) => register.note('error', 'simulator', String(error)),
    );
  };
  useEffect(() => {
    read();
    const timer = setInterval(read, REFRESH_MS);
    return () => clearInterval(timer);
  }, [register]);
  const keys = rows.value.length;
  const bytes = rows.value.reduce((all, row) => all + row.bytes, 0);
  return (
    <>
      <meter min={0} max={STORAGE_KEYS_MAX} high={85} value={keys} />
      <p class="hint" data-testid="storage-use">
        {keys} of {STORAGE_KEYS_MAX} keys, {kilobytes(bytes)}
      </p>
      <Choice
        label="Every storage call"
        name="storage-mischief"
        value={register.storageMischief.value}
        options={MISCHIEF}
        change={(mischief) => (register.storageMischief.value = mischief)}
      />
      <Actions>
        <button
          type="button"
          data-testid="fill-storage"
          onClick={() => void fillStorage(register.storage).then(read)}
        >
          Fill it up
        </button>
        <button
          type="button"
          data-testid="clear-filler"
          onClick={() => void clearFiller(register.storage).then(read)}
        >
          Remove filling
        </button>
        <button
          type="button"
          data-testid="wipe-storage"
          onClick={() => void register.storage.clear().then(read)}
        >
          Wipe all
        </button>
      </Actions>
      {rows.value.map(({ key, bytes: size, json, setAt }) => (
        <details class="record" key={key}>
          <summary>
            <code>{key}</code> <small>{kilobytes(size)}</small>
          </summary>
          <p class="hint">Set {preciseTime(setAt)}</p>
          <pre>{readable(json)}</pre>
        </details>
      ))}
    </>
  );
}

function kilobytes(bytes: number): string {
  return bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} KB`;
}

const SHOWN_MAX = 4_000;

/** A value that is text is shown as the text that it is. */
function readable(json: string): string {
  const value: unknown = JSON.parse(json);
  const text = typeof value === 'string' ? value : json;
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)} …` : text;
}

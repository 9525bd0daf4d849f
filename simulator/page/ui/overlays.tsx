/** What lies over the register's screen: the extension's modal, the scanner, a toast. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Register } from '../register.ts';
import { ContextView } from './context-view.tsx';
import { CloseIcon } from './icons.tsx';

const TOAST_MS = 3_500;

interface OverlayProps {
  readonly register: Register;
}

/** Full screen, as on a register: neither a swipe nor a tap outside closes it. */
export function ExtensionModal({ register }: OverlayProps) {
  const place = register.modal.value;
  if (place === undefined) return null;
  return (
    <div class="modal" role="dialog" aria-modal="true" aria-label="Tideover" data-testid="modal">
      <button
        type="button"
        class="modal-close"
        aria-label="Close"
        data-testid="modal-close"
        onClick={() => register.closeModal()}
      >
        <CloseIcon size={24} />
      </button>
      <ContextView key={place} register={register} place={place} />
    </div>
  );
}

export function Toast({ register }: OverlayProps) {
  const toast = register.toast.value;
  useEffect(() => {
    const timer = setTimeout(() => (register.toast.value = undefined), TOAST_MS);
    return () => clearTimeout(timer);
  }, [register, toast?.id]);
  return (
    <div class="toast-place" role="status">
      {toast !== undefined && (
        <div class="toast" data-testid="toast">
          {toast.text}
        </div>
      )}
    </div>
  );
}

export function Scanner({ register }: OverlayProps) {
  const typed = useSignal('');
  if (!register.isScanning.value) return null;
  return (
    <div class="veil">
      <div class="sheet" role="dialog" aria-modal="true" aria-label="Scanner">
        <h2>Scanner</h2>
        <input
          aria-label="Scanned code"
          data-testid="scan-code"
          value={typed.value}
          onInput={(event) => (typed.value = event.currentTarget.value)}
        />
        <button type="button" class="primary big" onClick={() => register.scan(typed.value)}>
          Scan
        </button>
      </div>
    </div>
  );
}

/**
 * The way of a file to the server: named by its SHA-256, sent part after part, checked. What broke
 * off goes on behind the last part that arrived; the server knows the file again.
 */
import {
  IMPORT_PART_BYTES_MAX,
  importAnswerSchema,
  type ImportState,
} from '../../../shared/merchant/balances-file.ts';
import { Refused, Unreachable, type Asking } from '../asking.ts';

export interface SendingDeps {
  readonly asking: Asking;
  readonly sha256: (bytes: ArrayBuffer) => Promise<string>;
  readonly pause: (ms: number) => Promise<void>;
}

export interface Sending {
  readonly name: string;
  readonly bytes: ArrayBuffer;
  /** Told after each step. */
  readonly tell: (state: ImportState) => void;
  /** Whether the merchant has stopped it: nothing further is sent. */
  readonly isStopped: () => boolean;
}

const TRIES = 4;
const PAUSE_MS = 1_000;

/** `work`, again after growing pauses while the server can't be reached; rejects as it did last. */
export async function patiently<T>(
  pause: (ms: number) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isBusy = error instanceof Refused && error.status === 429;
      if (attempt === TRIES || !(error instanceof Unreachable || isBusy)) throw error;
      await pause(PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

/**
 * Resolves with the import as the check has found it, or as it was when it was stopped. Rejects
 * with `Unreachable` or `Refused`; sending the same file once more goes on.
 */
export async function sendFile(deps: SendingDeps, sending: Sending): Promise<ImportState> {
  const { asking, sha256, pause } = deps;
  const { name, bytes, tell, isStopped } = sending;
  const announced = { name, bytes: bytes.byteLength, sha256: await sha256(bytes) };
  const ask = async (work: () => Promise<{ readonly import: ImportState }>) => {
    const answer = await patiently(pause, work);
    tell(answer.import);
    return answer.import;
  };
  let state = await ask(() => asking.send('POST', '/imports', announced, importAnswerSchema));
  // A damaged file has all its parts, and none of them can be trusted.
  const isDamaged = state.problemCount > 0 && state.state === 'sending';
  for (let n = isDamaged ? 0 : state.parts; n < state.partsAll; n += 1) {
    if (state.state !== 'sending' || isStopped()) return state;
    const from = n * IMPORT_PART_BYTES_MAX;
    const part = bytes.slice(from, from + IMPORT_PART_BYTES_MAX);
    const path = `/imports/${state.id}/parts/${n}`;
    state = await ask(() => asking.sendPart(path, part, 'text/csv', importAnswerSchema));
  }
  if (state.state !== 'sending' || isStopped()) return state;
  const { id } = state;
  return ask(() => asking.send('POST', `/imports/${id}/check`, {}, importAnswerSchema));
}

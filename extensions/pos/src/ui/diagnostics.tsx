/** What this device can do, measured where it stands: hidden from all who don't tap for it. */
import { useEffect, useState } from 'preact/hooks';
import { useOneAtATime } from './hooks.ts';
import type { Words } from '../../../screens/words.ts';

/** The measurements of one device, by someone who knows the platform. */
export interface Probe {
  readonly version: string;
  /** Takes away what a run left that was cut off. */
  tidy(): Promise<void>;
  /** One line per finding; `undefined` when measuring could get in the way of work. */
  run(): Promise<readonly string[] | undefined>;
}

const TAPS = 5;

interface DiagnosticsProps {
  readonly probe: Probe;
  readonly words: Words;
}

/** The app's version; five taps on it open the measurements, whose result can be copied. */
export function Diagnostics({ probe, words }: DiagnosticsProps) {
  const [taps, setTaps] = useState(0);
  const [result, setResult] = useState<string>();
  const { isBusy, run } = useOneAtATime();
  useEffect(() => void probe.tidy().catch(() => undefined), [probe]);
  const measure = () =>
    run(async () => {
      const lines = await probe.run().catch((error: unknown) => [String(error)]);
      setResult(lines?.join('\n') ?? words.text('probe.refused'));
    });
  return (
    <s-stack direction="block" gap="small">
      <s-clickable id="version" onClick={() => setTaps((before) => before + 1)}>
        <s-text color="subdued" type="small">
          {words.text('probe.version', { version: probe.version })}
        </s-text>
      </s-clickable>
      {taps >= TAPS && (
        <>
          <s-text>{words.text('probe.how')}</s-text>
          <s-button id="probe" loading={isBusy} disabled={isBusy} onClick={measure}>
            {words.text('probe.run')}
          </s-button>
          {result !== undefined && <s-text-area id="findings" rows={16} value={result} />}
        </>
      )}
    </s-stack>
  );
}

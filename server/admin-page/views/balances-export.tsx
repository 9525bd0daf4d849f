/** Every balance as a file: fetched piece by piece, as it stood at one moment. */
import { useEffect, useRef, useState } from 'react';
import { balancesPieceSchema } from '../../../shared/merchant/balances-file.ts';
import { Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { patiently } from './balances-sending.ts';
import { BALANCES_WORDS } from './balances-words.ts';

interface Fetched {
  readonly parts: readonly string[];
  readonly rows: number;
  readonly progress: number;
  /** Where the next piece begins; `undefined` for the first. */
  readonly from: { readonly after: number; readonly seq: number } | undefined;
}

const NOTHING: Fetched = { parts: [], rows: 0, progress: 0, from: undefined };

export function ExportSection() {
  const said = useWords(BALANCES_WORDS);
  const { count } = useFormat();
  const { fetched, phase, run, cancel } = useExport();
  const isBegun = phase === 'fetching' || phase === 'broken';
  return (
    <s-section heading={said.exporting}>
      <s-stack gap="small">
        <s-paragraph>{said.exportText}</s-paragraph>
        {isBegun && (
          <>
            <s-progress value={fetched.progress} max={1} accessibilityLabel={said.exporting} />
            <s-text>{said.exported(count(fetched.rows))}</s-text>
          </>
        )}
        {phase === 'done' && <s-text tone="success">{said.exportDone(count(fetched.rows))}</s-text>}
        {phase === 'broken' && <s-banner tone="warning" heading={said.exportBroken} />}
        <s-stack direction="inline" gap="small">
          {phase !== 'fetching' && (
            <s-button icon="export" onClick={() => run(phase === 'broken' ? fetched : NOTHING)}>
              {phase === 'broken' ? said.goOn : said.export}
            </s-button>
          )}
          {isBegun && <s-button onClick={cancel}>{said.cancel}</s-button>}
        </s-stack>
      </s-stack>
    </s-section>
  );
}

type Phase = 'idle' | 'fetching' | 'broken' | 'done';

function useExport() {
  const { asking, bridge, pause, now } = useDeps();
  const { date } = useFormat();
  const [fetched, setFetched] = useState<Fetched>(NOTHING);
  const [phase, setPhase] = useState<Phase>('idle');
  const turn = useRef(0);
  useEffect(() => () => void (turn.current += 1), []);

  async function fetchAll(begun: Fetched, mine: number): Promise<void> {
    let have = begun;
    const isStopped = () => turn.current !== mine;
    for (;;) {
      const { parts, rows, from } = have;
      const piece = await patiently(pause, () =>
        asking.get('/balances/export', balancesPieceSchema, { ...from }),
      );
      if (isStopped()) return;
      const { csv, seq, next, progress } = piece;
      const after = next ?? 0;
      have = { parts: [...parts, csv], rows: rows + piece.rows, progress, from: { after, seq } };
      setFetched(have);
      if (next !== null) continue;
      bridge.save(`balances-${date(now())}.csv`, have.parts, 'text/csv;charset=utf-8');
      return setPhase('done');
    }
  }

  const run = (begun: Fetched) => {
    turn.current += 1;
    const mine = turn.current;
    setFetched(begun);
    setPhase('fetching');
    fetchAll(begun, mine).catch((error: unknown) => {
      if (turn.current !== mine) return;
      if (error instanceof Refused) bridge.toast(error.message, { isError: true });
      setPhase(error instanceof Refused ? 'idle' : 'broken');
    });
  };
  const cancel = () => {
    turn.current += 1;
    setFetched(NOTHING);
    setPhase('idle');
  };
  return { fetched, phase, run, cancel };
}

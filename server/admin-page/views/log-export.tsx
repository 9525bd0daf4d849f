/**
 * The filtered log as a CSV file, asked for piece by piece. The first piece fixes where the file
 * begins, so that what arrives meanwhile moves nothing; a lost piece is asked for again.
 */
import { useEffect, useRef, useState } from 'react';
import { exportPieceSchema } from '../../../shared/merchant/log.ts';
import { Refused, type Asking, type Query } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { LOG_WORDS } from './log-words.ts';

/** What has been read of a file. */
export interface Draft {
  readonly query: Query;
  readonly parts: readonly string[];
  readonly rows: number;
  readonly progress: number;
  /** Where it goes on; `undefined` at its begin, `null` behind its end. */
  readonly before: number | null | undefined;
  readonly through: number | undefined;
}

export const emptyDraft = (query: Query): Draft => {
  return { query, parts: [], rows: 0, progress: 0, before: undefined, through: undefined };
};

/** The draft with its next piece. Throws `Unreachable` or `Refused`, and nothing is lost. */
export async function nextPiece(asking: Asking, draft: Draft): Promise<Draft> {
  const { query, before, through } = draft;
  const from = { before: before ?? undefined, through };
  const piece = await asking.get('/operations/export', exportPieceSchema, { ...query, ...from });
  return {
    query,
    parts: [...draft.parts, piece.csv],
    rows: draft.rows + piece.rows,
    progress: piece.progress,
    before: piece.next,
    through: piece.through,
  };
}

interface Standing {
  readonly draft: Draft;
  readonly failure: string | undefined;
}

export function ExportButton({ query }: { readonly query: Query }) {
  const said = useWords(LOG_WORDS);
  const { asking, bridge, now } = useDeps();
  const format = useFormat();
  const [standing, setStanding] = useState<Standing>();
  const turn = useRef(0);
  useEffect(() => () => void (turn.current += 1), []);

  const stop = () => {
    turn.current += 1;
    setStanding(undefined);
  };
  const run = async (from: Draft) => {
    turn.current += 1;
    const mine = turn.current;
    let draft = from;
    try {
      while (draft.before !== null) {
        setStanding({ draft, failure: undefined });
        draft = await nextPiece(asking, draft);
        if (mine !== turn.current) return;
      }
    } catch (error) {
      if (mine !== turn.current) return;
      const failure = error instanceof Refused ? error.message : said.exportStopped;
      return setStanding({ draft, failure });
    }
    bridge.save(`tideover-log-${format.date(now())}.csv`, draft.parts, 'text/csv');
    bridge.toast(said.exported(format.count(draft.rows)));
    setStanding(undefined);
  };
  if (standing === undefined) {
    return (
      <div>
        <s-button icon="export" onClick={() => void run(emptyDraft(query))}>
          {said.export}
        </s-button>
      </div>
    );
  }
  return <Running of={standing} stop={stop} goOn={() => void run(standing.draft)} />;
}

function Running(props: {
  readonly of: Standing;
  readonly stop: () => void;
  readonly goOn: () => void;
}) {
  const said = useWords(LOG_WORDS);
  const format = useFormat();
  const { draft, failure } = props.of;
  const percent = Math.floor(draft.progress * 100);
  return (
    <s-stack gap="small">
      <s-progress accessibilityLabel={said.progress} value={percent} max={100} />
      <s-stack direction="inline" gap="base" alignItems="center">
        <s-text>{said.exporting(format.count(draft.rows), format.count(percent))}</s-text>
        {failure !== undefined && <s-text tone="critical">{failure}</s-text>}
        {failure !== undefined && <s-button onClick={props.goOn}>{said.goOn}</s-button>}
        <s-button onClick={props.stop}>{said.cancel}</s-button>
      </s-stack>
    </s-stack>
  );
}

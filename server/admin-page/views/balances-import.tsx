/** One import from the file to the books: chosen, sent, checked, decided, added. */
import { useEffect, useRef, useState } from 'react';
import {
  IMPORT_BYTES_MAX,
  importAnswerSchema,
  type ImportState,
} from '../../../shared/merchant/balances-file.ts';
import { Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { Applying, Checked, Done, Problems } from './balances-steps.tsx';
import { sendFile } from './balances-sending.ts';
import { BALANCES_WORDS } from './balances-words.ts';

/** As much of a file of the browser's as is needed. */
interface ChosenFile {
  readonly name: string;
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface ImportProps {
  readonly current: ImportState | undefined;
  readonly onChange: (next: ImportState | undefined) => void;
}

const POLL_MS = 1_000;
const NAME_MAX = 200;

export function ImportSection({ current, onChange }: ImportProps) {
  const said = useWords(BALANCES_WORDS);
  const sending = useSending(onChange);
  const applying = useApplying(current, onChange);
  const leave = () => {
    sending.stop();
    onChange(undefined);
  };
  const isSent = current !== undefined && current.state !== 'sending';
  return (
    <s-section heading={said.importing}>
      <s-stack gap="base">
        {sending.refusal !== undefined && (
          <s-banner tone="critical" heading={said.failed}>
            <s-paragraph>{sending.refusal}</s-paragraph>
          </s-banner>
        )}
        {!isSent && <Sending current={current} sending={sending} onLeave={leave} />}
        {current?.state === 'refused' && <Refusal of={current} onLeave={leave} />}
        {current?.state === 'checked' && (
          <Checked
            of={current}
            isAsking={applying.isAsking}
            onApply={applying.apply}
            onLeave={leave}
          />
        )}
        {current?.state === 'applying' && <Applying of={current} isBroken={applying.isBroken} />}
        {current?.state === 'done' && <Done of={current} onLeave={leave} />}
      </s-stack>
    </s-section>
  );
}

interface SendingState {
  readonly file: ChosenFile | undefined;
  readonly phase: 'idle' | 'sending' | 'broken';
  readonly refusal: string | undefined;
  start(file: ChosenFile): void;
  stop(): void;
}

function useSending(onChange: ImportProps['onChange']): SendingState {
  const { asking, sha256, pause } = useDeps();
  const [file, setFile] = useState<ChosenFile | undefined>();
  const [phase, setPhase] = useState<SendingState['phase']>('idle');
  const [refusal, setRefusal] = useState<string | undefined>();
  const said = useWords(BALANCES_WORDS);
  const turn = useRef(0);
  // Nothing further is sent for a view that was left.
  useEffect(() => () => void (turn.current += 1), []);

  async function run(chosen: ChosenFile, mine: number): Promise<void> {
    const isStopped = () => turn.current !== mine;
    const bytes = await chosen.arrayBuffer().catch(() => undefined);
    if (isStopped()) return;
    if (bytes === undefined) {
      setRefusal(said.unreadable);
      return setPhase('idle');
    }
    const tell = (state: ImportState) => {
      if (!isStopped()) onChange(state);
    };
    const name = chosen.name.slice(0, NAME_MAX);
    try {
      await sendFile({ asking, sha256, pause }, { name, bytes, tell, isStopped });
      if (!isStopped()) setPhase('idle');
    } catch (error) {
      if (isStopped()) return;
      if (error instanceof Refused) setRefusal(error.message);
      setPhase(error instanceof Refused ? 'idle' : 'broken');
    }
  }

  return {
    ...{ file, phase, refusal },
    start(chosen) {
      turn.current += 1;
      setFile(chosen);
      setRefusal(undefined);
      setPhase('sending');
      void run(chosen, turn.current);
    },
    stop() {
      turn.current += 1;
      setFile(undefined);
      setRefusal(undefined);
      setPhase('idle');
    },
  };
}

/** Decides an import, and follows it until every row is in the books. */
function useApplying(current: ImportState | undefined, onChange: ImportProps['onChange']) {
  const { asking, bridge, pause } = useDeps();
  const said = useWords(BALANCES_WORDS);
  const [isAsking, setAsking] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const follow = current?.state === 'applying' ? current.id : undefined;
  const change = useRef(onChange);
  change.current = onChange;

  useEffect(() => {
    if (follow === undefined) return;
    let isFollowed = true;
    const look = async () => {
      while (isFollowed) {
        await pause(POLL_MS);
        const answer = await asking
          .get(`/imports/${follow}`, importAnswerSchema)
          .catch(() => undefined);
        if (!isFollowed) return;
        setBroken(answer === undefined);
        if (answer !== undefined) change.current(answer.import);
        if (answer !== undefined && answer.import.state !== 'applying') return;
      }
    };
    void look();
    return () => {
      isFollowed = false;
    };
  }, [asking, pause, follow]);

  const apply = async () => {
    if (current === undefined) return;
    setAsking(true);
    try {
      const path = `/imports/${current.id}/apply`;
      onChange((await asking.send('POST', path, {}, importAnswerSchema)).import);
    } catch (error) {
      const why = error instanceof Refused ? error.message : said.failed;
      bridge.toast(why, { isError: true });
    }
    setAsking(false);
  };
  return { isAsking, isBroken, apply: () => void apply() };
}

function Sending(props: {
  readonly current: ImportState | undefined;
  readonly sending: SendingState;
  readonly onLeave: () => void;
}) {
  const { current, sending, onLeave } = props;
  const { file, phase } = sending;
  if (file === undefined || phase === 'idle') {
    return (
      <>
        {current !== undefined && <Problems of={current} isDamaged />}
        <Choose onChoose={sending.start} />
      </>
    );
  }
  return <OnItsWay {...{ current, phase, file, onLeave }} onGoOn={() => sending.start(file)} />;
}

function OnItsWay(props: {
  readonly current: ImportState | undefined;
  readonly phase: SendingState['phase'];
  readonly file: ChosenFile;
  readonly onLeave: () => void;
  readonly onGoOn: () => void;
}) {
  const said = useWords(BALANCES_WORDS);
  const { count } = useFormat();
  const { current, phase, file } = props;
  const [parts, all] = [current?.parts ?? 0, current?.partsAll ?? 1];
  const isAll = current !== undefined && parts === all;
  return (
    <s-stack gap="small">
      <s-heading>{said.sending(file.name)}</s-heading>
      <s-progress value={parts} max={all} accessibilityLabel={said.sending(file.name)} />
      <s-text>{isAll ? said.checking : said.sent(count(parts), count(all))}</s-text>
      {phase === 'broken' && (
        <s-banner tone="warning" heading={said.broken}>
          <s-paragraph>{said.brokenText(count(parts), count(all))}</s-paragraph>
          <s-button slot="secondary-actions" onClick={props.onGoOn}>
            {said.goOn}
          </s-button>
        </s-banner>
      )}
      <s-stack direction="inline">
        <s-button onClick={props.onLeave}>{said.stop}</s-button>
      </s-stack>
    </s-stack>
  );
}

function Choose({ onChoose }: { readonly onChoose: (file: ChosenFile) => void }) {
  const said = useWords(BALANCES_WORDS);
  const { decimal } = useFormat();
  const [fault, setFault] = useState('');
  const choose = (file: ChosenFile | undefined) => {
    if (file === undefined) return;
    const max = `${decimal(IMPORT_BYTES_MAX / 1_048_576, 0)} MB`;
    const wrong =
      file.size === 0 ? said.empty : file.size > IMPORT_BYTES_MAX ? said.tooLarge(max) : '';
    setFault(wrong);
    if (wrong === '') onChoose(file);
  };
  return (
    <s-stack gap="small">
      <s-paragraph>{said.what}</s-paragraph>
      <pre style={EXAMPLE}>{said.example}</pre>
      <s-drop-zone
        label={said.choose}
        accept=".csv,text/csv"
        error={fault}
        onChange={(event) => choose(event.currentTarget.files[0])}
        onDropRejected={() => setFault(said.notCsv)}
      />
    </s-stack>
  );
}

const EXAMPLE = {
  margin: 0,
  padding: '8px 12px',
  overflowX: 'auto',
  border: '1px solid light-dark(#d3d3d3, #4a4a4a)',
  borderRadius: '8px',
} as const;

function Refusal({ of, onLeave }: { readonly of: ImportState; readonly onLeave: () => void }) {
  const said = useWords(BALANCES_WORDS);
  return (
    <s-stack gap="small">
      <Problems of={of} />
      <s-stack direction="inline">
        <s-button onClick={onLeave}>{said.another}</s-button>
      </s-stack>
    </s-stack>
  );
}

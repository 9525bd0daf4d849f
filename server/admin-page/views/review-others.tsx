/** What else waits for a person, each with its own list; where nothing waits nothing is drawn. */
import { useState } from 'react';
import {
  dataRequestsSchema,
  type DataRequests as Requests,
} from '../../../shared/merchant/customer.ts';
import { useAnswer } from '../answer.ts';
import { Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { useNames } from '../names.ts';
import { Dialog } from '../parts/dialog.tsx';
import { useRefusals } from '../parts/refusals.ts';
import { useFormat } from '../surroundings.tsx';
import {
  doneSchema,
  storeCreditSchema,
  triedSchema,
  webhooksSchema,
  type StoreCreditConflict,
} from '../waiting.ts';
import { useWords } from '../words.ts';
import { OTHERS_WORDS } from './review-others-words.ts';

/** Documents about a person stay on the server. */
const NOT_KEPT = { isKept: false } as const;

export function StoreCreditConflicts() {
  const said = useWords(OTHERS_WORDS);
  const { answer, refresh } = useAnswer('/store-credit', storeCreditSchema);
  const conflicts = answer?.conflicts ?? [];
  const names = useNames(conflicts.map(({ customer }) => customer));
  if (conflicts.length === 0) return null;
  return (
    <s-section heading={said.credit}>
      <s-stack gap="base">
        <s-paragraph>{said.creditText}</s-paragraph>
        {conflicts.map((conflict) => (
          <Conflict
            key={conflict.key}
            conflict={conflict}
            who={conflict.customer === null ? '' : names.of(conflict.customer)}
            refresh={refresh}
          />
        ))}
      </s-stack>
    </s-section>
  );
}

function Conflict(props: {
  readonly conflict: StoreCreditConflict;
  readonly who: string;
  readonly refresh: () => Promise<void>;
}) {
  const said = useWords(OTHERS_WORDS);
  const format = useFormat();
  const [asked, setAsked] = useState<'retry' | 'settle'>();
  const { conflict, who, refresh } = props;
  const amount = format.amount(conflict.currency, conflict.amount);
  const what = conflict.direction === 'debit' ? said.debit(amount) : said.give(amount);
  const problems: Readonly<Record<string, string>> = said.problems;
  const facts = [
    ...(who === '' ? [] : [who]),
    ...(conflict.ref === null ? [] : [conflict.ref]),
    said.tried(format.count(conflict.attempts), format.ago(conflict.changedAt)),
  ];
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small-300">
        <s-text type="strong">{what}</s-text>
        <s-text color="subdued">{facts.join(' · ')}</s-text>
        <s-paragraph>{problems[conflict.problem ?? ''] ?? conflict.text}</s-paragraph>
        <s-stack direction="inline" gap="small">
          <s-button onClick={() => setAsked('retry')}>{said.retry}</s-button>
          <s-button onClick={() => setAsked('settle')}>{said.settle}</s-button>
        </s-stack>
      </s-stack>
      {asked !== undefined && (
        <Agree
          action={asked}
          transfer={conflict.key}
          onClose={(isDone) => {
            setAsked(undefined);
            if (isDone) void refresh();
          }}
        />
      )}
    </s-box>
  );
}

/** Asked again it does nothing twice: the server takes it only while the transfer waits for it. */
function Agree(props: {
  readonly action: 'retry' | 'settle';
  readonly transfer: string;
  readonly onClose: (isDone: boolean) => void;
}) {
  const said = useWords(OTHERS_WORDS);
  const { asking, bridge } = useDeps();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState('');
  const refusalText = useRefusals();
  const { action, transfer, onClose } = props;
  const decide = async () => {
    setIsSending(true);
    try {
      await asking.send('POST', `/store-credit/${action}`, { key: transfer }, doneSchema);
      bridge.toast(said.done);
      onClose(true);
    } catch (error) {
      setIsSending(false);
      if (!(error instanceof Refused)) return setProblem(said.lost);
      setProblem(error.code === 'not-found' ? said.gone : refusalText(error));
    }
  };
  return (
    <Dialog heading={said[action]} onClose={() => onClose(problem !== '')}>
      <s-stack gap="base">
        <s-paragraph>{action === 'retry' ? said.willRetry : said.willSettle}</s-paragraph>
        <div role="status">{problem !== '' && <s-text tone="critical">{problem}</s-text>}</div>
        <s-stack direction="inline" gap="small" justifyContent="end">
          <s-button onClick={() => onClose(problem !== '')}>{said.cancel}</s-button>
          <s-button variant="primary" loading={isSending} onClick={() => void decide()}>
            {said[action]}
          </s-button>
        </s-stack>
      </s-stack>
    </Dialog>
  );
}

export function StuckWebhooks() {
  const said = useWords(OTHERS_WORDS);
  const { asking, bridge } = useDeps();
  const format = useFormat();
  const refusalText = useRefusals();
  const { answer, refresh } = useAnswer('/webhooks', webhooksSchema);
  const stuck = answer?.stuck ?? [];
  const topics: Readonly<Record<string, string>> = said.topics;
  if (stuck.length === 0) return null;
  const retry = async () => {
    try {
      const { tried } = await asking.send('POST', '/webhooks/retry', {}, triedSchema);
      bridge.toast(said.triedAgain(format.count(tried)));
    } catch (error) {
      bridge.toast(error instanceof Refused ? refusalText(error) : said.lost, { isError: true });
    }
    await refresh();
  };
  return (
    <s-section heading={said.webhooks}>
      <s-stack gap="base">
        <s-paragraph>{said.webhooksText}</s-paragraph>
        <s-unordered-list>
          {stuck.map(({ webhookId, topic, receivedAt, tries }) => (
            <s-list-item key={webhookId}>
              {said.webhook(topics[topic] ?? topic, format.ago(receivedAt), format.count(tries))}
            </s-list-item>
          ))}
        </s-unordered-list>
        <div>
          <s-button onClick={() => void retry()}>{said.retryAll}</s-button>
        </div>
      </s-stack>
    </s-section>
  );
}

export function DataRequests() {
  const said = useWords(OTHERS_WORDS);
  const format = useFormat();
  const { bridge } = useDeps();
  const { answer } = useAnswer('/data-requests', dataRequestsSchema, NOT_KEPT);
  const requests = answer?.requests ?? [];
  const names = useNames(requests.map(({ customer }) => customer));
  if (requests.length === 0) return null;
  const download = ({ customer, document }: Requests['requests'][number]) => {
    const text = JSON.stringify(document, undefined, 2);
    bridge.save(`tideover-customer-${customer}.json`, [text], 'application/json');
  };
  return (
    <s-section heading={said.requests}>
      <s-stack gap="base">
        <s-paragraph>{said.requestsText}</s-paragraph>
        {requests.map((request) => (
          <s-stack key={request.id} direction="inline" gap="base" alignItems="center">
            <s-text>{said.request(names.of(request.customer), format.ago(request.askedAt))}</s-text>
            <s-button onClick={() => download(request)}>{said.download}</s-button>
          </s-stack>
        ))}
      </s-stack>
    </s-section>
  );
}

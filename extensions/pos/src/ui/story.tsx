/** The lines of an order: each thing that was earned or redeemed, and what became of it. */
import { useState } from 'preact/hooks';
import type { Unit } from '../../../../shared/amount.ts';
import type { Reference } from '../../../../shared/protocol.ts';
import type { OrderView } from '../../../register/orders.ts';
import type { Register } from '../../../register/register.ts';
import { CorrectionForm, type Correctable, type Correction } from './correction.tsx';
import { useOneAtATime } from './hooks.ts';
import type { Words } from '../../../screens/words.ts';

interface StoryProps {
  readonly view: OrderView;
  readonly words: Words;
  /** Who takes the corrections; `undefined` where there can be none. */
  readonly correcting?: { readonly register: Register; readonly orderId: number } | undefined;
}

interface Line {
  /** Another one once some of it was corrected: what was tapped is not tapped twice. */
  readonly key: string;
  readonly head: string;
  readonly rest: string;
  readonly about: Correctable | undefined;
}

/** Every line with its button; the one that is being corrected with its form. */
export function Story({ view, words, correcting }: StoryProps) {
  const [chosen, setChosen] = useState<string>();
  const [answer, setAnswer] = useState<string>();
  const { isBusy, run } = useOneAtATime();
  const lines = linesOf(view, words);
  return (
    <s-stack direction="block" gap="small">
      {answer !== undefined && <s-text type="strong">{answer}</s-text>}
      {view.source === 'device' && <s-text tone="warning">{words.text('order.device')}</s-text>}
      {lines.length === 0 && <s-text>{words.text('order.none')}</s-text>}
      {lines.map(({ key, head, rest, about }) => {
        const canCorrect = correcting !== undefined && about !== undefined;
        if (canCorrect && chosen === key)
          return (
            <CorrectionForm
              key={key}
              about={about}
              heading={head}
              isBusy={isBusy}
              words={words}
              onCorrect={(correction) =>
                run(() =>
                  correct(correcting, about, correction).then((outcome) => {
                    const { amount } = correction;
                    const value = words.value({ unit: about.unit, amount });
                    if (outcome === 'stored') setChosen(undefined);
                    setAnswer(words.text(`correct.${outcome}`, { value }));
                  }),
                )
              }
              onBack={() => setChosen(undefined)}
            />
          );
        return (
          <s-stack direction="block" key={key}>
            <s-text type="strong">{head}</s-text>
            <s-text color="subdued">{rest}</s-text>
            {canCorrect && (
              <s-button id={`correct-${about.ref ?? 'points'}`} onClick={() => setChosen(key)}>
                {words.text(about.ref === undefined ? 'correct.take' : 'correct.give')}
              </s-button>
            )}
          </s-stack>
        );
      })}
    </s-stack>
  );
}

/** Whether it is stored on this device; the ledger hears of it with the next sync. */
function correct(
  { register, orderId }: NonNullable<StoryProps['correcting']>,
  { ref }: Correctable,
  { amount, reason, text }: Correction,
): Promise<'stored' | 'failed'> {
  return ref === undefined
    ? register.takeBack({ orderId, points: amount, reason, text })
    : register.giveBack({ ref, amount, reason, text });
}

function linesOf({ earned, redemptions }: OrderView, words: Words): readonly Line[] {
  const sentence = (key: 'order.takenBack' | 'order.givenBack', unit: Unit, amount: number) =>
    amount === 0 ? [] : [words.text(key, { value: words.value({ unit, amount }) })];
  const correctable = (ref: Reference | undefined, unit: Unit, left: number) =>
    left > 0 ? { ref, unit, left } : undefined;
  const unit = 'points';
  return [
    ...earned.map(({ points, takenBack, isWaiting }, place): Line => {
      const value = words.value({ unit, amount: points });
      const waits = isWaiting ? [words.text('order.waiting')] : [];
      return {
        key: [place, takenBack].join(),
        head: words.text('order.earned', { value }),
        rest: [...waits, ...sentence('order.takenBack', unit, takenBack)].join(' '),
        about: correctable(undefined, unit, points - takenBack),
      };
    }),
    ...redemptions.map(({ ref, title, unit, amount, givenBack, state }): Line => {
      const value = words.value({ unit, amount });
      const isSold = state === 'captured' || state === 'waiting';
      return {
        key: [ref, givenBack].join(),
        head: words.text('order.redeemed', {
          title: title || words.text('kind.intent'),
          value,
          ref,
        }),
        rest: [words.text(`order.${state}`), ...sentence('order.givenBack', unit, givenBack)].join(
          ' ',
        ),
        about: isSold ? correctable(ref, unit, amount - givenBack) : undefined,
      };
    }),
  ];
}

/** What a decision will do, said before it is sent. */
import type { ReviewAction, ReviewItem } from '../../../shared/merchant/review.ts';
import { programAnswerSchema } from '../../../shared/merchant/settings.ts';
import { useAnswer } from '../answer.ts';
import type { CustomerNames } from '../names.ts';
import { useFormat } from '../surroundings.tsx';
import { useWords } from '../words.ts';
import { change, worthOf } from './review-sense.ts';
import { REVIEW_WORDS } from './review-words.ts';

export type Will = (item: ReviewItem, action: ReviewAction, amount: number | undefined) => string;

export function useWill(names: CustomerNames): Will {
  const { will, someone } = useWords(REVIEW_WORDS);
  const format = useFormat();
  const program = useAnswer('/program', programAnswerSchema, { isLive: false });
  return (item, action, amount) => {
    const unit = item.unit ?? 'points';
    const who = item.customer === null ? someone : names.of(item.customer);
    const before = item.balance ?? 0;
    const moved = change(item, action, amount) ?? 0;
    const [stands, becomes] = [format.amount(unit, before), format.amount(unit, before + moved)];
    const size = format.amount(unit, Math.abs(moved));
    switch (action) {
      case 'carry':
        return will.carry(who, stands);
      case 'write-off': {
        const worth = worthOf(unit, moved, program.answer?.program);
        const bears =
          worth === undefined ? will.bearsIt : will.bears(format.amount(worth.unit, worth.amount));
        return `${will.writeOff(who, size, becomes)} ${bears}`;
      }
      case 'credit':
      case 'debit':
        return will.move(who, stands, becomes);
      case 'void':
        return will.void(who, size, becomes);
      case 'contacted':
      case 'retry':
        return will[action];
      case 'dismiss':
        if (item.kind === 'gap') return will.dismissGap;
        return item.kind === 'silent' ? will.dismissSilent : will.dismiss;
    }
  };
}

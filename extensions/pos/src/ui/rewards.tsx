/** The program's rewards for the customer on the cart: one tap each, or the reason why not. */
import type { Currency } from '../../../../shared/amount.ts';
import { rewardTitle, type Program, type Reward } from '../../../../shared/program.ts';
import type { RewardOffer } from '../../../register/status.ts';
import type { Words } from './words.ts';

interface RewardsProps {
  readonly program: Program | undefined;
  readonly offers: readonly RewardOffer[];
  /** Points that the customer may spend now. */
  readonly available: number | undefined;
  readonly isBusy: boolean;
  readonly words: Words;
  readonly onRedeem: (reward: Reward, title: string) => void;
}

/** Every reward stays in sight, also the ones that are out of reach: that is what they are for. */
export function Rewards({ program, offers, available, isBusy, words, onRedeem }: RewardsProps) {
  return (
    <s-section heading={words.text('rewards.heading')}>
      {program === undefined && <s-text>{words.text('rewards.unknown')}</s-text>}
      {program !== undefined && offers.length === 0 && (
        <s-text>{words.text('rewards.none')}</s-text>
      )}
      {program !== undefined &&
        offers.map((offer) => (
          <Offer
            key={offer.reward.id}
            offer={offer}
            currency={program.currency}
            available={available}
            isBusy={isBusy}
            words={words}
            onRedeem={onRedeem}
          />
        ))}
    </s-section>
  );
}

interface OfferProps extends Pick<RewardsProps, 'available' | 'isBusy' | 'words' | 'onRedeem'> {
  readonly offer: RewardOffer;
  readonly currency: Currency;
}

function Offer({ offer, currency, available, isBusy, words, onRedeem }: OfferProps) {
  const { reward, discount, refusal } = offer;
  const title = rewardTitle(reward, words.locale());
  const price =
    discount > 0
      ? words.counted('rewards.offer', reward.points, {
          money: words.money({ currency, amount: discount }),
        })
      : words.value({ unit: 'points', amount: reward.points });
  return (
    <s-stack
      direction="inline"
      gap="base"
      justifyContent="space-between"
      alignItems="center"
      paddingBlock="small"
    >
      <s-stack direction="block">
        <s-text type="strong">{title}</s-text>
        <s-text color="subdued">{price}</s-text>
        {refusal !== undefined && (
          <s-text type="small">{whyNot(offer, { available, words })}</s-text>
        )}
      </s-stack>
      <s-button
        id={`redeem-${reward.id}`}
        variant="primary"
        disabled={isBusy || (refusal !== undefined && refusal !== 'pin-needed')}
        onClick={() => onRedeem(reward, title)}
      >
        {words.text('rewards.redeem')}
      </s-button>
    </s-stack>
  );
}

function whyNot(
  { reward, refusal }: RewardOffer,
  { available, words }: { readonly available: number | undefined; readonly words: Words },
): string | undefined {
  if (refusal === undefined) return undefined;
  if (refusal === 'balance-too-low' && available !== undefined)
    return words.counted('rewards.short', reward.points - available);
  return words.text(`refused.${refusal}`);
}

/** The program's rewards for the customer on the cart: one tap each, or the reason why not. */
import type { Currency } from '../../../../shared/amount.ts';
import type { Program, Reward } from '../../../../shared/program.ts';
import type { RewardOffer } from '../../../register/status.ts';
import { offerLines } from '../../../screens/lines.ts';
import type { Words } from '../../../screens/words.ts';

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
  const { reward } = offer;
  const { title, price, whyNot, canTap } = offerLines(offer, currency, available, words);
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
        {whyNot !== undefined && <s-text type="small">{whyNot}</s-text>}
      </s-stack>
      <s-button
        id={`redeem-${reward.id}`}
        variant="primary"
        disabled={isBusy || !canTap}
        onClick={() => onRedeem(reward, title)}
      >
        {words.text('rewards.redeem')}
      </s-button>
    </s-stack>
  );
}

/** The program's rewards for one customer: one tap each, or the reason why not. */
import { Button } from '@shopify/ui-extensions-react/point-of-sale';
import type { Program, Reward } from '../../../../shared/program.ts';
import type { RewardOffer } from '../../../register/status.ts';
import { offerLines } from '../../../screens/lines.ts';
import type { Words } from '../../../screens/words.ts';
import { Line, Part } from './parts.tsx';

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
export function Rewards(props: RewardsProps) {
  const { program, offers, words } = props;
  return (
    <Part title={words.text('rewards.heading')}>
      {program === undefined && <Line>{words.text('rewards.unknown')}</Line>}
      {program !== undefined && offers.length === 0 && <Line>{words.text('rewards.none')}</Line>}
      {program !== undefined &&
        offers.map((offer) => (
          <Offer key={offer.reward.id} offer={offer} {...props} program={program} />
        ))}
    </Part>
  );
}

interface OfferProps extends RewardsProps {
  readonly offer: RewardOffer;
  readonly program: Program;
}

/** A button of this version has no name for people but its title, which tells the rewards apart. */
function Offer({ offer, program, available, isBusy, words, onRedeem }: OfferProps) {
  const { title, price, whyNot, canTap } = offerLines(offer, program.currency, available, words);
  return (
    <>
      <Line isStrong>{title}</Line>
      <Line tone="subdued">{price}</Line>
      {whyNot !== undefined && <Line>{whyNot}</Line>}
      <Button
        title={`${words.text('rewards.redeem')}: ${title}`}
        type="primary"
        isDisabled={isBusy || !canTap}
        onPress={() => onRedeem(offer.reward, title)}
      />
    </>
  );
}

/** What the server does at Shopify: store credit there, and the cart extension. */
import { useState } from 'react';
import {
  cartOffersAnswerSchema,
  type CartOffersAnswer,
} from '../../../shared/merchant/cart-offers.ts';
import {
  meSchema,
  programAnswerSchema,
  switchesAnswerSchema,
  type Me,
  type Switches,
} from '../../../shared/merchant/settings.ts';
import * as v from '../../../shared/schema.ts';
import type { Currency } from '../../../shared/amount.ts';
import { useAnswer, type Answered } from '../answer.ts';
import { LEADS_TO_SHOPIFY, Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';
import { Shown } from '../parts/states.tsx';
import { useWords } from '../words.ts';
import { DOORS_WORDS } from './settings-doors-words.ts';
import { offerDraft, readOffers } from './settings-program-form.ts';
import { RewardList } from './settings-rewards.tsx';
import { Conflict, Refusal, SaveBar, useSaving } from './settings-saving.tsx';

const FILLED_IN = { isLive: false } as const;

export function DoorsPart() {
  const me = useAnswer('/me', meSchema, FILLED_IN);
  return (
    <Shown of={me}>
      {(answer) => (
        <s-stack gap="base">
          <StoreCredit me={me} answer={answer} />
          <CartExtension me={me} answer={answer} />
          {answer.settings.cartExtension && <OffersPart />}
        </s-stack>
      )}
    </Shown>
  );
}

interface DoorProps {
  readonly me: Answered<Me>;
  readonly answer: Me;
}

/** Changes a switch, or asks Shopify for permissions, and asks anew how things are. */
function useDoor(me: Answered<Me>) {
  const { asking, bridge } = useDeps();
  const said = useWords(DOORS_WORDS);
  const [isSaving, setSaving] = useState(false);
  const attempt = async (send: () => Promise<unknown>, done?: string) => {
    setSaving(true);
    try {
      await send();
      await me.refresh();
      if (done !== undefined) bridge.toast(done);
    } catch (error) {
      const leads = error instanceof Refused && error.code === LEADS_TO_SHOPIFY;
      const why = error instanceof Refused ? error.message : said.unreachable;
      bridge.toast(leads ? said.leads : why, { isError: !leads });
    }
    setSaving(false);
  };
  return {
    isSaving,
    change: (part: Partial<Switches>) =>
      attempt(() => asking.send('PUT', '/settings', part, switchesAnswerSchema), said.saved),
    request: (scopes: readonly string[]) =>
      attempt(() => asking.send('POST', '/scopes/request', { scopes }, v.unknown())),
  };
}

/** Permissions that store credit at Shopify can't do without. */
const CREDIT_SCOPES = [
  'read_store_credit_accounts',
  'read_store_credit_account_transactions',
  'write_store_credit_account_transactions',
];

function StoreCredit({ me, answer }: DoorProps) {
  const said = useWords(DOORS_WORDS);
  const { isSaving, change, request } = useDoor(me);
  const missing = answer.scopes.missing
    .map(({ scope }) => scope)
    .filter((scope) => CREDIT_SCOPES.includes(scope));
  const isOn = answer.settings.storeCredit === 'shopify';
  const hasPlan = answer.plan === null || answer.plan.isActive;
  const next = isOn ? 'tideover' : 'shopify';
  return (
    <s-section heading={said.credit}>
      <s-stack gap="base">
        <s-paragraph>{said.creditText}</s-paragraph>
        <State isOn={isOn} text={isOn ? said.keptAtShopify : said.keptHere} />
        <Condition isMet={missing.length === 0} text={said.permissions}>
          {missing.length > 0 && (
            <s-button disabled={isSaving} onClick={() => void request(missing)}>
              {said.allow}
            </s-button>
          )}
        </Condition>
        {answer.plan !== null && <Condition isMet={hasPlan} text={said.plan(answer.plan.name)} />}
        <s-stack direction="inline">
          <s-button
            disabled={!isOn && (missing.length > 0 || !hasPlan)}
            loading={isSaving}
            onClick={() => void change({ storeCredit: next })}
          >
            {isOn ? said.keepHere : said.keepAtShopify}
          </s-button>
        </s-stack>
      </s-stack>
    </s-section>
  );
}

function CartExtension({ me, answer }: DoorProps) {
  const said = useWords(DOORS_WORDS);
  const { isSaving, change } = useDoor(me);
  const isOn = answer.settings.cartExtension;
  const hasPlan = answer.plan === null || answer.plan.isActive;
  return (
    <s-section heading={said.cart}>
      <s-stack gap="base">
        <s-paragraph>{said.cartText}</s-paragraph>
        <State isOn={isOn} text={isOn ? said.on : said.off} />
        {answer.plan !== null && <Condition isMet={hasPlan} text={said.plan(answer.plan.name)} />}
        <s-stack direction="inline">
          <s-button
            disabled={!isOn && !hasPlan}
            loading={isSaving}
            onClick={() => void change({ cartExtension: !isOn })}
          >
            {isOn ? said.switchOff : said.switchOn}
          </s-button>
        </s-stack>
      </s-stack>
    </s-section>
  );
}

function State({ isOn, text }: { readonly isOn: boolean; readonly text: string }) {
  return (
    <s-stack direction="inline">
      <s-badge tone={isOn ? 'success' : 'neutral'}>{text}</s-badge>
    </s-stack>
  );
}

function Condition(props: {
  readonly isMet: boolean;
  readonly text: string;
  readonly children?: React.ReactNode;
}) {
  const said = useWords(DOORS_WORDS);
  const { isMet, text } = props;
  return (
    <s-stack direction="inline" gap="small" alignItems="center">
      <s-icon type={isMet ? 'check-circle' : 'x-circle'} tone={isMet ? 'success' : 'caution'} />
      <s-text>{`${text}: ${isMet ? said.met : said.unmet}`}</s-text>
      {props.children}
    </s-stack>
  );
}

function OffersPart() {
  const program = useAnswer('/program', programAnswerSchema, FILLED_IN);
  const offers = useAnswer('/cart-offers', cartOffersAnswerSchema, FILLED_IN);
  return (
    <Shown of={program}>
      {({ program: { currency } }) => (
        <Shown of={offers}>
          {(answer) => <OffersForm of={offers} answer={answer} currency={currency} />}
        </Shown>
      )}
    </Shown>
  );
}

function OffersForm(props: {
  readonly of: Answered<CartOffersAnswer>;
  readonly answer: CartOffersAnswer;
  readonly currency: Currency;
}) {
  const said = useWords(DOORS_WORDS);
  const { of, answer, currency } = props;
  const draftsOf = ({ offers }: CartOffersAnswer) =>
    offers.map((offer) => offerDraft(offer, currency));
  const [drafts, setDrafts] = useState(() => draftsOf(answer));
  const [isTried, setTried] = useState(false);
  const show = (next: CartOffersAnswer) => {
    of.put(next);
    setDrafts(draftsOf(next));
    setTried(false);
  };
  const saving = useSaving({ path: '/cart-offers', schema: cartOffersAnswerSchema, onSaved: show });
  const read = readOffers(drafts, currency);
  const faults = isTried && 'faults' in read ? read.faults : {};
  const save = (expected: number | null) => {
    setTried(true);
    if ('offers' in read) void saving.save({ expected, offers: read.offers });
  };
  const { theirs } = saving;
  return (
    <s-stack gap="base">
      {theirs !== undefined && (
        <Conflict
          at={theirs.changedAt}
          by={theirs.changedBy}
          changes={theirs.offers.map(({ title }) => title)}
          onTake={() => {
            saving.settle();
            show(theirs);
          }}
          onOverwrite={() => save(theirs.changedAt)}
        />
      )}
      <Refusal text={saving.refusal} />
      <RewardList
        heading={said.offers}
        empty={{ heading: said.noOffers, text: said.noOffersText }}
        types={['fixed', 'percent', 'variant']}
        rewards={drafts}
        faults={faults}
        currency={currency}
        onChange={(next) => setDrafts([...next])}
      />
      <SaveBar
        id="tideover-offers"
        isChanged={JSON.stringify(drafts) !== JSON.stringify(draftsOf(answer))}
        hasFaults={Object.keys(faults).length > 0}
        isSaving={saving.isSaving}
        onSave={() => save(answer.changedAt)}
        onDiscard={() => {
          saving.settle();
          setTried(false);
          setDrafts(draftsOf(answer));
        }}
      />
    </s-stack>
  );
}

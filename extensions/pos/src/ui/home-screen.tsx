/** The modal: who is on the cart, what they may redeem, what waits here, how the register is. */
import { useEffect, useState } from 'preact/hooks';
import type { CustomerId } from '../../../../shared/protocol.ts';
import { Counter, type ScreenProps } from './counter.tsx';
import { Diagnostics, type Probe } from './diagnostics.tsx';
import { Find, type Scanner } from './find.tsx';
import { useOneAtATime, useRegister, useWatched } from './hooks.ts';
import type { Watched } from '../../../screens/hooks.ts';
import { lookup } from '../../../screens/lookup.ts';
import { SyncPanel } from './sync-panel.tsx';
import { Remarks, Waiting } from './waiting.tsx';

export interface HomeScreenProps extends ScreenProps {
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  /** Missing where the register has none to offer. */
  readonly scanner?: Scanner;
  /** Missing where nothing is to be measured. */
  readonly probe?: Probe;
  /** A short confirmation over the screen; never the only place where something is said. */
  readonly toast: (text: string) => void;
}

/** Owns the register while it is shown. */
export function HomeScreen(props: HomeScreenProps) {
  const { register, customer: source, words, now, toast, scanner, probe } = props;
  const state = useRegister(register);
  const onCart = useWatched(source);
  const taps = useLookup(props, onCart);
  const customer = onCart ?? taps.found;
  return (
    <s-page heading={words.text('screen.heading')}>
      <s-scroll-box>
        <s-stack direction="block" gap="base" padding="base">
          <Counter {...{ register, state, customer, onCart, words, now, toast }} />
          {state.ready && (
            <>
              {customer === undefined && <Find {...{ register, scanner, words, now }} {...taps} />}
              {onCart === undefined && customer !== undefined && (
                <s-button id="another" onClick={taps.forget}>
                  {words.text('find.another')}
                </s-button>
              )}
              <Remarks remarks={state.remarks} words={words} />
              <Waiting waiting={state.waiting} words={words} now={now()} />
              <SyncPanel {...{ register, state, words }} />
              {probe !== undefined && <Diagnostics probe={probe} words={words} />}
            </>
          )}
        </s-stack>
      </s-scroll-box>
    </s-page>
  );
}

/** The customer that a card or the list of recent ones gave, until the cart has one of its own. */
function useLookup({ register, scanner }: HomeScreenProps, onCart: CustomerId | undefined) {
  const taps = lookup(register, useOneAtATime(), useState<CustomerId>(), useState(false));
  // A customer who comes onto the cart, or leaves it, ends what was looked up before.
  useEffect(taps.forget, [onCart]);
  useEffect(() => {
    // A scan must not put somebody else in the place of the customer on the cart.
    if (scanner === undefined || onCart !== undefined) return;
    return scanner.data.subscribe(() => {
      scanner.showCamera(false);
      taps.look(scanner.data.read() ?? '');
    });
  }, [scanner, onCart]);
  return taps;
}

/** The modal: who is on the cart, what they may redeem, what waits here, how the register is. */
import { Button, Navigator, Screen, ScrollView } from '@shopify/ui-extensions-react/point-of-sale';
import { useEffect, useState } from 'react';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { Watched } from '../../../screens/hooks.ts';
import { lookup } from '../../../screens/lookup.ts';
import { Counter, type ScreenProps } from './counter.tsx';
import { Find } from './find.tsx';
import { useOneAtATime, useRegister, useWatched } from './hooks.ts';
import { Column } from './parts.tsx';
import { SyncPanel } from './sync-panel.tsx';
import { Remarks, Waiting } from './waiting.tsx';

interface HomeScreenProps extends ScreenProps {
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
  /** The text of the newest scan. */
  readonly scanned: Watched<string | undefined>;
}

/** Owns the register while it is shown. */
export function HomeScreen(props: HomeScreenProps) {
  const { register, customer: source, words, now, toast } = props;
  const state = useRegister(register);
  const onCart = useWatched(source);
  const taps = useLookup(props, onCart);
  const customer = onCart ?? taps.found;
  return (
    <Navigator>
      <Screen name="home" title={words.text('screen.heading')}>
        <ScrollView>
          <Counter {...{ register, state, customer, onCart, words, now, toast }} />
          {state.ready && (
            <>
              {customer === undefined && <Find {...props} {...taps} />}
              {onCart === undefined && customer !== undefined && (
                <Column>
                  <Button title={words.text('find.another')} onPress={taps.forget} />
                </Column>
              )}
              <Remarks remarks={state.remarks} words={words} />
              <Waiting waiting={state.waiting} words={words} now={now()} />
              <SyncPanel {...{ register, state, words }} />
            </>
          )}
        </ScrollView>
      </Screen>
    </Navigator>
  );
}

/** The customer that a card or the list of recent ones gave, until the cart has one of its own. */
function useLookup({ register, scanned }: HomeScreenProps, onCart: CustomerId | undefined) {
  const found = useState<CustomerId | undefined>(undefined);
  const taps = lookup(register, useOneAtATime(), found, useState(false));
  // A customer who comes onto the cart, or leaves it, ends what was looked up before.
  useEffect(taps.forget, [onCart]);
  useEffect(() => {
    // A scan must not put somebody else in the place of the customer on the cart.
    if (onCart !== undefined) return;
    return scanned.subscribe(() => void taps.look(scanned.read() ?? ''));
  }, [scanned, onCart]);
  return taps;
}

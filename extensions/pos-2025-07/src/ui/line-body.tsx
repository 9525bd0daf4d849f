/** One line of the cart: what it earns, and rewards that are redeemed against it alone. */
import { Navigator, Screen, ScrollView } from '@shopify/ui-extensions-react/point-of-sale';
import type { CustomerId } from '../../../../shared/protocol.ts';
import type { Watched } from '../../../screens/hooks.ts';
import { earnsLine, type EarningLine } from '../../../screens/lines.ts';
import { Counter, type ScreenProps } from './counter.tsx';
import { useRegister, useWatched } from './hooks.ts';
import { Column, Line } from './parts.tsx';

interface LineBodyProps extends ScreenProps {
  /** The line's uuid. */
  readonly line: string;
  /** The lines on the cart, which may change while the screen stands. */
  readonly lines: Watched<readonly EarningLine[]>;
  /** The customer on the cart. */
  readonly customer: Watched<CustomerId | undefined>;
}

/** What it earns and, below, what it can be redeemed against. */
export function LineBody({ register, words, now, line, lines, customer, toast }: LineBodyProps) {
  const state = useRegister(register);
  const onCart = useWatched(customer);
  const found = useWatched(lines).find(({ uuid }) => uuid === line);
  const earns = earnsLine(state.program, found, words);
  return (
    <Navigator>
      <Screen name="line" title={words.text('line.heading')}>
        <ScrollView>
          {earns !== undefined && (
            <Column>
              <Line>{earns}</Line>
            </Column>
          )}
          <Counter {...{ register, state, onCart, line, words, now, toast }} customer={onCart} />
        </ScrollView>
      </Screen>
    </Navigator>
  );
}

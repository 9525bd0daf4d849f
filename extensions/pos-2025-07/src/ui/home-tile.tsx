/** The tile on the home screen: a status at a glance and the way into the modal, online or not. */
import { Tile } from '@shopify/ui-extensions-react/point-of-sale';
import type { Register } from '../../../register/register.ts';
import { tileStatus } from '../../../screens/tile-status.ts';
import type { Words } from '../../../screens/words.ts';
import { useRegister } from './hooks.ts';

interface HomeTileProps {
  readonly register: Register;
  readonly words: Words;
  readonly now: () => number;
  readonly onOpen: () => void;
}

/** Never disabled: offline is when it is needed most. */
export function HomeTile({ register, words, now, onOpen }: HomeTileProps) {
  const { subheading, itemCount, tone } = tileStatus(useRegister(register), words, now());
  return (
    <Tile
      title={words.text('tile.heading')}
      subtitle={subheading}
      badgeValue={itemCount}
      enabled
      destructive={tone === 'accent'}
      onPress={onOpen}
    />
  );
}

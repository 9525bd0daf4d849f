/** The tile on the home screen: a status at a glance and the way into the modal, online or not. */
import type { Register } from '../../../register/register.ts';
import { useRegister } from './hooks.ts';
import { tileStatus } from '../../../screens/tile-status.ts';
import type { Words } from '../../../screens/words.ts';

interface HomeTileProps {
  readonly register: Register;
  readonly words: Words;
  readonly now: () => number;
  readonly onOpen: () => void;
}

/** Never disabled: offline is when it is needed most. */
export function HomeTile({ register, words, now, onOpen }: HomeTileProps) {
  const status = tileStatus(useRegister(register), words, now());
  return (
    <s-tile
      heading={words.text('tile.heading')}
      subheading={status.subheading}
      itemCount={status.itemCount}
      tone={status.tone}
      onClick={onOpen}
    />
  );
}

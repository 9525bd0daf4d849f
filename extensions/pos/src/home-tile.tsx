import { render } from 'preact';
import { createPlatform } from './platform.ts';
import { HomeTile } from './ui/home-tile.tsx';

/** The tile on the home screen's grid. */
export default function homeTile(): void {
  const { register, words, now } = createPlatform(shopify, 'tile');
  render(
    <HomeTile
      register={register}
      words={words}
      now={now}
      onOpen={() => shopify.action.presentModal()}
    />,
    document.body,
  );
}

import { render } from 'preact';
import { createPlatform } from './platform.ts';
import { HomeScreen } from './ui/home-screen.tsx';

/** The modal that the tile opens. */
export default function homeModal(): void {
  const { register, customer, words, now } = createPlatform(shopify, 'screen');
  render(
    <HomeScreen
      register={register}
      customer={customer}
      words={words}
      now={now}
      toast={(text) => shopify.toast.show(text)}
    />,
    document.body,
  );
}

/** What every view finds around it: the shop's own name, clock and money. */
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import type { ShopProfile } from '../../shared/merchant/overview.ts';
import { shopProfileSchema } from '../../shared/merchant/overview.ts';
import { useAnswer } from './answer.ts';
import { Deps, useDeps, type PageDeps } from './deps.ts';
import { createFormat, type Format } from './format.ts';

const Profile = createContext<ShopProfile | undefined>(undefined);

export function Surroundings(props: { readonly deps: PageDeps; readonly children: ReactNode }) {
  return (
    <Deps value={props.deps}>
      <WithProfile>{props.children}</WithProfile>
    </Deps>
  );
}

function WithProfile({ children }: { readonly children: ReactNode }) {
  const { answer } = useAnswer('/shop', shopProfileSchema);
  return <Profile value={answer}>{children}</Profile>;
}

/** The shop's own name, currency and zone; `undefined` until the server has said. */
export function useShop(): ShopProfile | undefined {
  return useContext(Profile);
}

/** Times in the shop's zone, amounts in its money, in the merchant's language. */
export function useFormat(): Format {
  const { language, now } = useDeps();
  const timeZone = useShop()?.timeZone ?? 'UTC';
  return useMemo(() => createFormat({ language, timeZone, now }), [language, timeZone, now]);
}

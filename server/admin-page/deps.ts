/** What the page gets from outside: every view takes it from here, and nothing else. */
import { createContext, useContext } from 'react';
import type { Asking } from './asking.ts';
import type { Bridge } from './bridge.ts';
import type { Language } from './language.ts';

export interface PageDeps {
  readonly asking: Asking;
  /** What the page showed last, kept in the browser. */
  readonly copies: {
    get(name: string): Promise<unknown>;
    set(name: string, value: unknown): Promise<void>;
  };
  readonly bridge: Bridge;
  readonly language: Language;
  readonly now: () => number;
  /** Names a decision, so that asking again decides nothing twice. */
  readonly newId: () => string;
  /** 64 hexadecimal digits. */
  readonly sha256: (bytes: ArrayBuffer) => Promise<string>;
  /** Waits so many milliseconds before something is asked again. */
  readonly pause: (ms: number) => Promise<void>;
}

export const Deps = createContext<PageDeps | undefined>(undefined);

export function useDeps(): PageDeps {
  const deps = useContext(Deps);
  if (deps === undefined) throw new Error('a view outside of its surroundings');
  return deps;
}

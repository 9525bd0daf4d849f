/**
 * One decision of a person on its way to the server. Its id is drawn once: when the answer is lost,
 * the very same request is sent again, and nothing is decided twice.
 */
import { useState } from 'react';
import type * as v from '../../../shared/schema.ts';
import { Refused } from '../asking.ts';
import { useDeps } from '../deps.ts';

export interface Deciding<T> {
  /** ready · sending · lost: it was sent, and nobody knows whether it was done. */
  readonly state: 'ready' | 'sending' | 'lost';
  /** Why the server did not do it; it may be decided otherwise. */
  readonly refusal: Refused | undefined;
  /**
   * Sends it with its id; after a lost answer what was sent before is sent again, whatever `body`
   * says. `undefined` when there is no answer, or a refusal.
   */
  readonly send: (body: object) => Promise<T | undefined>;
}

interface Standing {
  readonly id: string;
  readonly state: Deciding<unknown>['state'];
  readonly sent: object | undefined;
  readonly refusal: Refused | undefined;
}

/** A server that failed may have failed behind the decision, while it made its answer. */
const isNotDone = (error: unknown): error is Refused =>
  error instanceof Refused && error.status < 500;

export function useDecision<T>(path: string, schema: v.Schema<T>): Deciding<T> {
  const { asking, newId } = useDeps();
  const begin = (): Standing => {
    return { id: newId(), state: 'ready', sent: undefined, refusal: undefined };
  };
  const [standing, setStanding] = useState(begin);
  const { id, state, refusal } = standing;
  const send = async (body: object): Promise<T | undefined> => {
    if (state === 'sending') return undefined;
    const sent = standing.sent ?? { ...body, decision: id };
    setStanding({ id, state: 'sending', sent, refusal: undefined });
    try {
      const answer = await asking.send('POST', path, sent, schema);
      setStanding(begin());
      return answer;
    } catch (error) {
      setStanding(
        isNotDone(error)
          ? { ...begin(), refusal: error }
          : { id, state: 'lost', sent, refusal: undefined },
      );
      return undefined;
    }
  };
  return { state, refusal, send };
}

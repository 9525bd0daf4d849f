/**
 * One answer of the server, kept fresh: asked when the view opens and whenever the shop's books
 * have grown. What was shown last is kept in the browser, and shown with its age while the server
 * can't be reached.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import * as v from '../../shared/schema.ts';
import { Refused, type Query, queryText } from './asking.ts';
import { useChanges } from './live.tsx';
import { useDeps } from './deps.ts';

export interface Answered<T> {
  /** The newest answer; `undefined` until there is one. */
  readonly answer: T | undefined;
  /** Why the newest try failed; `answer` may still hold an older one. */
  readonly failure: 'unreachable' | Refused | undefined;
  /** When `answer` was given (ms since 1970), if it is a copy kept in this browser. */
  readonly copiedAt: number | undefined;
  readonly isAsking: boolean;
  /** Asks again; resolves when the try has ended. */
  readonly refresh: () => Promise<void>;
  /** Puts an answer that came another way, such as that of a decision, in its place. */
  readonly put: (answer: T) => void;
}

const copySchema = v.object({ at: v.number(), answer: v.unknown() });

interface State<T> {
  readonly name: string;
  readonly answer: T | undefined;
  readonly failure: 'unreachable' | Refused | undefined;
  readonly copiedAt: number | undefined;
  readonly isAsking: boolean;
}

/** `isLive`: asks again when the books have grown; off for what a person is filling in. `isKept`:
 * off for what must not stay in the browser. */
export function useAnswer<T>(
  path: string,
  schema: v.Schema<T>,
  options: { readonly query?: Query; readonly isLive?: boolean; readonly isKept?: boolean } = {},
): Answered<T> {
  const { asking, copies, now } = useDeps();
  const { isLive = true, isKept = true } = options;
  const name = `${path}${queryText(options.query ?? {})}`;
  const [state, setState] = useState<State<T>>(() => beginning<T>(name));
  const newest = useRef(0);
  const changes = useChanges(isLive);

  const refresh = useCallback(async () => {
    newest.current += 1;
    const turn = newest.current;
    const settle = (part: Partial<State<T>>) => {
      if (turn !== newest.current) return;
      setState((before) => ({ ...(before.name === name ? before : beginning<T>(name)), ...part }));
    };
    settle({ isAsking: true });
    try {
      const answer = await asking.get(name, schema);
      settle({ answer, failure: undefined, copiedAt: undefined, isAsking: false });
      if (isKept) await copies.set(name, { at: now(), answer }).catch(() => undefined);
    } catch (error) {
      const failure = error instanceof Refused ? error : 'unreachable';
      const copy = failure === 'unreachable' ? await copyOf(copies, name, schema) : undefined;
      if (turn !== newest.current) return;
      setState((before) =>
        failed(before.name === name ? before : beginning<T>(name), failure, copy),
      );
    }
  }, [asking, copies, now, name, schema, isKept]);

  useEffect(() => void refresh(), [refresh, changes]);
  // An answer that is still on its way when the view closes is nobody's.
  useEffect(() => () => void (newest.current += 1), []);

  const put = useCallback(
    (answer: T) => setState({ ...beginning<T>(name), answer, isAsking: false }),
    [name],
  );
  const shown = state.name === name ? state : beginning<T>(name);
  const { answer, failure, copiedAt, isAsking } = shown;
  return { answer, failure, copiedAt, isAsking, refresh, put };
}

function beginning<T>(name: string): State<T> {
  return { name, answer: undefined, failure: undefined, copiedAt: undefined, isAsking: true };
}

interface Copy<T> {
  readonly at: number;
  readonly answer: T;
}

/** What the server said in this very visit is newer than any copy. */
function failed<T>(
  before: State<T>,
  failure: 'unreachable' | Refused,
  copy: Copy<T> | undefined,
): State<T> {
  const rest = { ...before, failure, isAsking: false };
  if (before.answer !== undefined && before.copiedAt === undefined)
    return { ...rest, copiedAt: copy?.at };
  return copy === undefined ? rest : { ...rest, answer: copy.answer, copiedAt: copy.at };
}

async function copyOf<T>(
  copies: { get(name: string): Promise<unknown> },
  name: string,
  schema: v.Schema<T>,
): Promise<Copy<T> | undefined> {
  const kept = v.safeParse(copySchema, await copies.get(name).catch(() => undefined));
  if (!kept.success) return undefined;
  const answer = v.safeParse(schema, kept.output.answer);
  return answer.success ? { at: kept.output.at, answer: answer.output } : undefined;
}

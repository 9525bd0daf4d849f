/**
 * A person's correction of what a sale came to, stored so that asking again after a failure can't
 * do it twice.
 */
import * as v from '../../shared/schema.ts';
import { operationSchema, type Operation, type OperationOf } from '../../shared/protocol.ts';
import type { SessionFacts } from './exchange.ts';
import type { Draft, Outbox } from './outbox.ts';
import { stamp } from './redemption.ts';

type Correction =
  | Pick<OperationOf<'give-back'>, 'kind' | 'ref' | 'body'>
  | Pick<OperationOf<'take-back'>, 'kind' | 'body'>;

export function createCorrecting({
  outbox,
  session,
  stored,
}: {
  readonly outbox: Outbox;
  session(): SessionFacts;
  stored(): Promise<void>;
}): (correction: Correction) => Promise<'stored' | 'failed'> {
  /** What failed may be stored all the same, or be so later: the same again is the same record. */
  let undecided: { readonly asked: string; readonly operation: Operation } | undefined;
  return async (correction) => {
    const asked = JSON.stringify(correction);
    try {
      const view = await outbox.view();
      if (undecided?.asked !== asked) {
        const draft = { ...stamp(session()), hold: null, ...correction } as Draft;
        undecided = { asked, operation: outbox.draft(draft, view) };
      }
      const { operation } = undecided;
      if (!v.is(operationSchema, operation)) return 'failed';
      const isThere = view.operations.has(operation.id);
      if (!isThere && (await outbox.create(operation)).state !== 'stored') return 'failed';
      undecided = undefined;
      await stored();
      return 'stored';
    } catch {
      return 'failed';
    }
  };
}

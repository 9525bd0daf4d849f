/**
 * Shopify's Admin API as far as the server asks it: one function per named GraphQL operation. The
 * simulator serves them over HTTP behind tokens; tests may also ask them directly.
 */
import type { ShopDomain } from '../../server/database/database.ts';
import { AdminApiError, type AdminOf } from '../../server/shopify/admin-api.ts';
import * as v from '../../shared/schema.ts';

/** Answers with the operation's `data`; throws an `AdminApiError` where Shopify would refuse. */
export type FakeOperation = (
  variables: Readonly<Record<string, unknown>>,
  shop: ShopDomain,
) => unknown;

/** By the name after `query` or `mutation`. */
export type FakeOperations = Readonly<Record<string, FakeOperation>>;

/** The name of a document's operation; documents of this project hold exactly one. */
export function operationName(document: string): string {
  const [, name] = /^\s*(?:query|mutation)\s+(\w+)/m.exec(document) ?? [];
  if (name === undefined) throw new AdminApiError('refused', 'The operation has no name.');
  return name;
}

/** An Admin API without HTTP and tokens; what crosses it is JSON all the same. */
export function adminFrom(operations: FakeOperations): AdminOf {
  const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  return (shop) => ({
    async query(document, variables, schema) {
      const name = operationName(document);
      const answer = operations[name];
      if (answer === undefined) throw new AdminApiError('refused', `There is no ${name} here.`);
      const sent = v.parse(v.looseObject({}), copy(variables));
      const read = v.safeParse(schema, copy(answer(sent, shop)));
      if (!read.success) throw new AdminApiError('unknown', `${name}: ${read.issue.path}`);
      return read.output;
    },
  });
}

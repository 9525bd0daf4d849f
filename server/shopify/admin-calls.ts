/**
 * The Admin API port over the library's GraphQL function. What a failed call may have done is read
 * from its kind and codes; whatever can't be told for certain counts as perhaps done.
 */
import { GraphqlQueryError, HttpResponseError } from '@shopify/shopify-api';
import * as v from '../../shared/schema.ts';
import { AdminApiError, type AdminApi, type AdminFailure } from './admin-api.ts';

/** The library's `admin.graphql`, as far as it is used. */
export type Graphql = (
  document: string,
  options: { readonly variables: Record<string, unknown> },
) => Promise<Response>;

export function adminCalls(graphql: Graphql): AdminApi {
  return {
    async query(document, variables, schema) {
      const name = nameOf(document);
      let answer: unknown;
      try {
        answer = await (await graphql(document, { variables: { ...variables } })).json();
      } catch (error) {
        throw failureOf(error, document);
      }
      const read = v.safeParse(v.object({ data: schema }), answer);
      if (read.success) return read.output.data;
      throw new AdminApiError('unknown', `${name}: ${read.issue.path} can't be read`);
    },
  };
}

function nameOf(document: string): string {
  return /^\s*(?:query|mutation)\s+(\w+)/m.exec(document)?.[1] ?? 'an operation';
}

/** Any error of a call as one of the port's. */
export function failureOf(error: unknown, document: string): AdminApiError {
  if (error instanceof AdminApiError) return error;
  const name = nameOf(document);
  if (error instanceof GraphqlQueryError) {
    const { failure, codes } = byCodes(error.body, /^\s*mutation\b/m.test(document));
    return new AdminApiError(failure, `${name}: ${codes}`);
  }
  const status = statusOf(error);
  if (status === undefined) return new AdminApiError('unknown', `${name}: no answer`);
  return new AdminApiError(byStatus(status), `${name}: status ${status}`, status);
}

const answeredSchema = v.object({ code: v.number() });

/** The status with which Shopify answered a call that failed, if it answered. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpResponseError) {
    const read = v.safeParse(answeredSchema, error.response);
    return read.success ? read.output.code : undefined;
  }
  return error instanceof Response ? error.status : undefined;
}

const DENIED = new Set([401, 402, 403, 404, 423]);
const REFUSED = new Set([400, 406, 413, 414, 415, 422]);

function byStatus(status: number): AdminFailure {
  if (status === 429) return 'throttled';
  if (DENIED.has(status)) return 'denied';
  return REFUSED.has(status) ? 'refused' : 'unknown';
}

const errorsSchema = v.object({
  data: v.optional(v.unknown()),
  errors: v.object({
    graphQLErrors: v.array(
      v.object({ extensions: v.optional(v.object({ code: v.optional(v.string()) })) }),
    ),
  }),
});
/** Said before anything runs: faults of the document itself have codes like `undefinedField`. */
const BEFORE_RUNNING = /^(?:[a-z]+[A-Za-z]*|INVALID_VARIABLE|BAD_REQUEST|MAX_COST_EXCEEDED)$/;
const CODES_TOLD = 3;

function byCodes(body: unknown, isMutation: boolean) {
  const read = v.safeParse(errorsSchema, body);
  if (!read.success) return { failure: 'unknown' as const, codes: 'errors without a form' };
  const { data, errors } = read.output;
  const codes = errors.graphQLErrors.map(({ extensions }) => extensions?.code ?? 'no-code');
  const told = codes.slice(0, CODES_TOLD).map((code) => code.replace(/[^\w-]/g, '').slice(0, 40));
  return { failure: kindOf(codes, { isMutation, hasRun: hasValue(data) }), codes: told.join(', ') };
}

function kindOf(
  codes: readonly string[],
  { isMutation, hasRun }: { readonly isMutation: boolean; readonly hasRun: boolean },
): AdminFailure {
  if (isMutation && hasRun) return 'unknown';
  if (codes.length > 0 && codes.every((code) => code === 'THROTTLED')) return 'throttled';
  if (codes.includes('ACCESS_DENIED')) return 'denied';
  const isSure = codes.length > 0 && codes.every((code) => BEFORE_RUNNING.test(code));
  return isSure ? 'refused' : 'unknown';
}

/** Whether some field at the top was answered: then the mutation has run. */
function hasValue(data: unknown): boolean {
  return (
    typeof data === 'object' && data !== null && Object.values(data).some((one) => one !== null)
  );
}

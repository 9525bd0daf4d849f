/**
 * What parts of the server ask of Shopify's Admin API (GraphQL), with no session or token in sight.
 * Whether a call that failed may have had its effect is part of the answer: money hangs on it.
 */
import type * as v from '../../shared/schema.ts';
import type { ShopDomain } from '../database/database.ts';

export interface AdminApi {
  /**
   * Runs one named operation (`query TideoverNames(…) {…}`) and reads its `data` by the schema.
   * Rejects with an `AdminApiError` alone.
   */
  query<T>(
    document: string,
    variables: Readonly<Record<string, unknown>>,
    schema: v.Schema<T>,
  ): Promise<T>;
}

/** The Admin API of a shop by its stored offline token; each call may renew the token first. */
export type AdminOf = (shop: ShopDomain) => AdminApi;

/**
 * not-installed: no session of this shop · denied: Shopify took back the token or lacks the scope
 * · throttled: not done, ask again later · refused: GraphQL says that the request is wrong, nothing
 * was done · unknown: no answer, or one that can't be read; it may have been done.
 */
export type AdminFailure = 'not-installed' | 'denied' | 'throttled' | 'refused' | 'unknown';

export class AdminApiError extends Error {
  override name = 'AdminApiError';
  readonly failure: AdminFailure;
  /** The status with which Shopify answered the call, where that is what failed. */
  readonly status: number | undefined;

  /** `message` names the operation and codes, never a token, a body or a person. */
  constructor(failure: AdminFailure, message: string, status?: number) {
    super(message);
    this.failure = failure;
    this.status = status;
  }
}

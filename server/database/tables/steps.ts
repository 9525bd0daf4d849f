/**
 * The tables beside the ledger's, one step after the other in the words of SQLite that PostgreSQL
 * shares; each engine translates column types and endings. Forward only: a step that has been
 * released is never edited. A step that reads stored JSON is written in each engine's own words.
 */
import { BACKUP_TABLES } from './backups.ts';
import { CART_ACTION_TABLES } from './cart-actions.ts';
import { DECISION_TABLES } from './decision-versions.ts';
import { IMPORT_TABLES } from './imports.ts';
import { INBOX_TABLES } from './inbox.ts';
import { MERCHANT_LOG_TABLES } from './merchant-log.ts';
import { ORDER_TABLES } from './orders.ts';
import { REVIEW_TABLES } from './reviews.ts';
import { SESSION_TABLES } from './sessions.ts';
import { SETTING_TABLES } from './settings.ts';
import { STORE_CREDIT_TABLES } from './store-credit.ts';

type Engine = 'sqlite' | 'postgres';

const STEPS: readonly (string | Readonly<Record<Engine, string>>)[] = [
  SETTING_TABLES,
  SESSION_TABLES,
  INBOX_TABLES,
  CART_ACTION_TABLES,
  STORE_CREDIT_TABLES,
  BACKUP_TABLES,
  ORDER_TABLES,
  DECISION_TABLES,
  MERCHANT_LOG_TABLES,
  REVIEW_TABLES,
  IMPORT_TABLES,
];

/** The steps in the words of one engine. */
export function stepsFor(engine: Engine): readonly string[] {
  return STEPS.map((step) => (typeof step === 'string' ? step : step[engine]));
}

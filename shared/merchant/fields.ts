/**
 * Fields that several messages between the merchant's page and the server share. Both sides read
 * them with the same schemas; what is unknown is `null`, so that every row has every field.
 */
import { AMOUNT_MAX, isUnit, type Unit } from '../amount.ts';
import { customerSchema, id, text, whole } from '../protocol.ts';
import * as v from '../schema.ts';

export const unitSchema = v.pipe(v.string(), v.custom<Unit>(isUnit));
/** Whole points, or minor units of a currency; below zero where something was taken. */
export const amountSchema = whole(-AMOUNT_MAX, AMOUNT_MAX);
/** ms since 1970, by the server's clock unless a field says otherwise. */
export const timeSchema = whole(0);
export const perhaps = <T>(schema: v.Schema<T>) => v.nullable(schema);

/** What a person writes beside a decision. */
export const COMMENT_MAX = 500;
export const commentSchema = text(COMMENT_MAX);

/** Drawn by the page for each decision, so that asking again decides nothing twice. */
export const decisionIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z-]{16,40}$/));

/** A page of a list goes on behind this number; `null` at the end. */
export const nextSchema = v.nullable(whole(0));

export const customerField = v.nullable(customerSchema);
export const orderField = v.nullable(id);

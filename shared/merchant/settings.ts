/** What a merchant decides: the program, the offline policy, and the server's own doors. */
import { text, whole } from '../protocol.ts';
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN, policySchema, programSchema } from '../program.ts';
import * as v from '../schema.ts';
import { perhaps, timeSchema } from './fields.ts';

/** A manager's PIN as it is typed; the server keeps its salted hash alone. */
export const pinDigitsSchema = v.pipe(
  v.string(),
  v.regex(new RegExp(`^\\d{${PIN_DIGITS_MIN},${PIN_DIGITS_MAX}}$`)),
);

/** When and by whom a version was made; `null` for what was there before anyone decided. */
const madeSchema = { version: whole(1), at: perhaps(timeSchema), by: perhaps(text(40)) };

export const programAnswerSchema = v.object({
  program: programSchema,
  /** Newest first. */
  versions: v.array(v.object({ ...madeSchema, program: programSchema })),
});
export type ProgramAnswer = v.InferOutput<typeof programAnswerSchema>;

/**
 * `PUT /api/admin/program` → `ProgramAnswer`; 409 `changed` when `expected` is not the present
 * version any more. The version inside `program` is not read.
 */
export const programRequestSchema = v.strictObject({ expected: whole(1), program: programSchema });
export type ProgramRequest = v.InferOutput<typeof programRequestSchema>;

const { version, pin: _pin, ...policyParts } = policySchema.entries;
/** The policy as people see it: of a PIN only whether there is one. */
export const shownPolicySchema = v.object({ ...policyParts, version, hasPin: v.boolean() });
export type ShownPolicy = v.InferOutput<typeof shownPolicySchema>;

export const policyAnswerSchema = v.object({
  policy: shownPolicySchema,
  versions: v.array(v.object({ ...madeSchema, policy: shownPolicySchema })),
  /** Registers that have called within 30 days, for the maximum loss. */
  registers: whole(0),
  customers: whole(0),
});
export type PolicyAnswer = v.InferOutput<typeof policyAnswerSchema>;

/** `PUT /api/admin/policy` → `PolicyAnswer`; `pin`: digits, `null` for none, absent to keep it. */
export const policyRequestSchema = v.strictObject({
  expected: whole(1),
  policy: v.strictObject(policyParts),
  pin: v.optional(v.nullable(pinDigitsSchema)),
});
export type PolicyRequest = v.InferOutput<typeof policyRequestSchema>;

/** `GET`, `PUT /api/admin/settings`: parts that the server alone acts on. */
export const switchesSchema = v.object({
  cartExtension: v.boolean(),
  storeCredit: v.picklist(['tideover', 'shopify']),
});
export type Switches = v.InferOutput<typeof switchesSchema>;
export const switchesAnswerSchema = v.object({
  settings: switchesSchema,
  versions: v.array(
    v.object({
      version: whole(1),
      settings: switchesSchema,
      changedAt: timeSchema,
      changedBy: text(100),
    }),
  ),
});
export type SwitchesAnswer = v.InferOutput<typeof switchesAnswerSchema>;

/** `GET /api/admin/me`: permissions and plan. */
export const meSchema = v.object({
  shop: text(255),
  user: text(40),
  scopes: v.object({
    granted: v.array(v.string()),
    missing: v.array(v.object({ scope: v.string(), without: v.string() })),
  }),
  plan: v.nullable(
    v.object({ name: v.string(), amount: v.string(), currency: v.string(), isActive: v.boolean() }),
  ),
  settings: switchesSchema,
});
export type Me = v.InferOutput<typeof meSchema>;

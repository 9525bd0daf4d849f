/** What the app's page in the frame and the admin around it tell each other. */
import * as v from '../../shared/schema.ts';

const linkSchema = v.object({ href: v.string(), text: v.string(), isHome: v.boolean() });

/** A link of the app in the admin's navigation. */
export type NavLink = v.InferOutput<typeof linkSchema>;

const appSchema = v.variant('kind', [
  v.object({ kind: v.literal('links'), links: v.array(linkSchema) }),
  /** Where the app's page is: its path with its query. */
  v.object({ kind: v.literal('at'), path: v.string() }),
  /** The whole window goes somewhere else. */
  v.object({ kind: v.literal('leave'), address: v.string() }),
]);
const frameSchema = v.object({ kind: v.literal('go'), href: v.string() });

export type FromApp = v.InferOutput<typeof appSchema>;
export type FromFrame = v.InferOutput<typeof frameSchema>;

/** The name under which a message lies, so that nobody else's is taken for one. */
const NAME = 'tideoverAdmin';

export function tell(target: Window, message: FromApp | FromFrame, origin: string): void {
  target.postMessage({ [NAME]: message }, origin);
}

const reader =
  <T>(schema: v.Schema<T>) =>
  (data: unknown): T | undefined => {
    if (typeof data !== 'object' || data === null) return undefined;
    const read = v.safeParse(schema, Reflect.get(data, NAME));
    return read.success ? read.output : undefined;
  };

export const readFromApp = reader<FromApp>(appSchema);
export const readFromFrame = reader<FromFrame>(frameSchema);

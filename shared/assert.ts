/** Thrown when the program's own reasoning is wrong; never for bad input or a failed network. */
export class AssertionError extends Error {}

/** Refuses to go on when `claim` is false. `expected` says what had to hold. */
export function assert(claim: boolean, expected: string): asserts claim {
  if (!claim) throw new AssertionError(`expected: ${expected}`);
}

/** Ends an exhaustive `switch`; the compiler proves that no value gets here. */
export function unreachable(value: never): never {
  throw new AssertionError(`expected no such value: ${JSON.stringify(value)}`);
}

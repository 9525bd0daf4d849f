/** One line of JSON per event. Never a token, a body, a name, or an amount beside a person. */
export type LogLevel = 'error' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** error: a person should go and look · info: an important change of state · debug: the rest. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/** Writes lines like {"at":"…","level":"info","event":"listening","port":3000}. */
export function createLog(to: {
  readonly write: (line: string) => void;
  readonly now: () => number;
  readonly isDebug: boolean;
  /** What is said on every line: which request it is about. */
  readonly about?: () => LogFields;
  /** Told of each line that a person should look at. */
  readonly onError?: (event: string) => void;
}): Log {
  return (level, event, fields = {}) => {
    if (level === 'error') to.onError?.(event);
    if (level === 'debug' && !to.isDebug) return;
    const at = new Date(to.now()).toISOString();
    to.write(`${JSON.stringify({ at, level, event, ...to.about?.(), ...fields })}\n`);
  };
}

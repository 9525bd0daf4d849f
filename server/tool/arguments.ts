/** What was asked for on the command line. */
import { parseArgs } from 'node:util';
import { COMMANDS, type Command, type Options } from './commands.ts';

export interface Call {
  readonly command: Command;
  readonly words: readonly string[];
  readonly options: Options;
}

/** What was asked for; nothing when it is help; a sentence when it can't be understood. */
export function readArguments(args: readonly string[]): Call | string | undefined {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        shop: { type: 'string' },
        check: { type: 'boolean' },
        hold: { type: 'boolean' },
        retry: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : 'These options are not known.';
  }
  const [name, ...words] = parsed.positionals;
  const { help, ...options } = parsed.values;
  if (name === undefined || name === 'help' || help === true) return undefined;
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) return `There is no command "${name}": see "help".`;
  if (words.length >= command.least && words.length <= command.most) {
    return { command, words, options };
  }
  return `Use: ${command.name} ${command.takes}`;
}

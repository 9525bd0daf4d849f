/** What a part of the bench is given, and what it gives back. */
import type { Options } from './arguments.ts';
import type { Report } from './report.ts';

export interface PartDeps extends Options {
  readonly environment: NodeJS.ProcessEnv;
  /** One line of progress, for whoever waits. */
  say(line: string): void;
}

export type Part = (deps: PartDeps) => Promise<Report>;

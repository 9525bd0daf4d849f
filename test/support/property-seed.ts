/**
 * Property tests try the same cases in every run: a failure is then the code's, never the day's.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_260_701, numRuns: 500 });

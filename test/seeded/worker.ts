/** A process of the simulation: does what it is sent, until nobody is left to hear of it. */
import { runDay } from '../support/schedule.ts';
import { runChunk, type Errand } from './runs.ts';
import { shrink } from './shrink.ts';

// Thousands of deadlines end unused; nobody reads where their errors were made.
Error.stackTraceLimit = 0;
process.on('disconnect', () => process.exit(0));
process.on('message', (errand) => {
  void carryOut(errand as Errand).then((answer) => process.send?.({ answer }));
});

async function carryOut(errand: Errand): Promise<unknown> {
  if (errand.what === 'chunk') return runChunk(errand.options);
  if (errand.what === 'shrink') return shrink(errand.day);
  const { violations } = await runDay(errand.day);
  return { violations };
}

/**
 * Loaded with `--import` by a simulation that is to run with one mutant (named by SIMULATE_MUTANT).
 */
import { registerHooks } from 'node:module';
import { MUTANTS } from './mutants.ts';

const mutant = MUTANTS.find(({ name }) => name === process.env['SIMULATE_MUTANT']);
if (mutant === undefined) throw new Error(`no mutant ${process.env['SIMULATE_MUTANT']}`);

registerHooks({
  load(url, context, nextLoad) {
    const result = nextLoad(url, context);
    if (!url.endsWith(`/${mutant.file}`)) return result;
    const source = new TextDecoder().decode(result.source as Uint8Array);
    if (source.split(mutant.find).length !== 2)
      throw new Error(`${mutant.file} must hold once: ${mutant.find}`);
    return { ...result, source: source.replace(mutant.find, () => mutant.put) };
  },
});

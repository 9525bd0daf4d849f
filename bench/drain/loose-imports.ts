/** Lets Node load packages that were written for bundlers: paths without an ending, and folders. */
import { registerHooks } from 'node:module';

const ENDINGS = ['.js', '/index.js'];

export function allowLooseImports(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        for (const ending of ENDINGS)
          try {
            return next(`${specifier}${ending}`, context);
          } catch {
            // The next ending may do; else the first complaint says most.
          }
        throw error;
      }
    },
  });
}

/** What is drawn in one test is gone before the next; a slow machine has time to draw. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

/** Far above what any drawing needs. */
const PATIENCE_MS = 30_000;
configure({
  asyncUtilTimeout: PATIENCE_MS,
  // The whole page as text takes longer to write than the page took to draw.
  getElementError: (message) => new Error(message ?? 'not found'),
});

afterEach(cleanup);
// React asks whether effects are to be run by `act`, which the testing library does.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

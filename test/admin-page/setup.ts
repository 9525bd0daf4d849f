/** What is drawn in one test is gone before the next. */
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);
// React asks whether effects are to be run by `act`, which the testing library does.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

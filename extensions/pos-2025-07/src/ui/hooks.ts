/** The hooks of our screens, over React's. */
import { useEffect, useReducer, useState } from 'react';
import { createHooks } from '../../../screens/hooks.ts';

const [useWatched, useRegister, , useOneAtATime] = createHooks(
  useEffect,
  (step, first) => useReducer(step, first),
  useState,
);
export { useWatched, useRegister, useOneAtATime };

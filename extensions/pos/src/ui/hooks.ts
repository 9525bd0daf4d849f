/** The hooks of our screens, over Preact's. */
import { useEffect, useReducer, useState } from 'preact/hooks';
import { createHooks } from '../../../screens/hooks.ts';

export const [useWatched, useRegister, useLoaded, useOneAtATime] = createHooks(
  useEffect,
  useReducer,
  useState,
);

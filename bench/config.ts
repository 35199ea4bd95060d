import { readConfig } from '../shared/config.ts';

/** The settings of the environment; a subscription, which is never called, where it has none. */
export const benchConfig = () =>
  readConfig({
    FACE_SUBSCRIPTIONS: '[{"id":"bench","keys":["key-of-the-bench"]}]',
    ...process.env,
  });

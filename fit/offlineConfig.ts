import { readConfig } from '../shared/config.ts';

/** The settings of the environment; a subscription, which is never called, where it has none. */
export const offlineConfig = () =>
  readConfig({
    FACE_SUBSCRIPTIONS: '[{"id":"offline","keys":["key-of-the-offline"]}]',
    ...process.env,
  });

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../shared/config.ts';

const one = { id: 'one', keys: ['key-of-one'] };
const withSubscriptions = (...all: unknown[]) => ({ FACE_SUBSCRIPTIONS: JSON.stringify(all) });

describe('settings', () => {
  it('have defaults for all but the subscriptions', () => {
    const config = readConfig(withSubscriptions(one));
    expect(config).toMatchObject({
      subscriptions: [{ ...one, tier: 'S0' }],
      strictModels: false,
      legacyErrorCodes: false,
      allowPrivateUrls: false,
      rateLimits: { F0: { calls: 20, seconds: 60 }, S0: { calls: 10, seconds: 1 } },
      customModels: { detection: {}, recognition: {} },
      cosmos: undefined,
      dataFolder: '.data',
      storageConnection: undefined,
    });
    expect(() => readConfig({})).toThrow(/FACE_SUBSCRIPTIONS/);
  });

  it.each([
    ['no JSON', { FACE_SUBSCRIPTIONS: '[' }, /FACE_SUBSCRIPTIONS/],
    ['no subscription', withSubscriptions(), /FACE_SUBSCRIPTIONS/],
    ['a short key', withSubscriptions({ ...one, keys: ['short'] }), /keys/],
    ['a key of two', withSubscriptions(one, { id: 'two', keys: one.keys }), /a key is there twice/],
    ['an id of two', withSubscriptions(one, { id: 'ONE', keys: ['another-key'] }), /one id/],
    ['no tier', withSubscriptions({ ...one, tier: 'none' }), /tier/],
    ['no flag', { ...withSubscriptions(one), FACE_STRICT_MODELS: 'yes' }, /FACE_STRICT_MODELS/],
    ['no limit', { ...withSubscriptions(one), FACE_RATE_LIMITS: 'F0=20' }, /FACE_RATE_LIMITS/],
    ['no workers', { ...withSubscriptions(one), VISAGE_WORKERS: '0' }, /VISAGE_WORKERS/],
  ])('are refused by name with %s', (_, env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });

  it('turn rate limits off, or set one tier', () => {
    const limits = (text: string) =>
      readConfig({ ...withSubscriptions(one), FACE_RATE_LIMITS: text }).rateLimits;
    expect(limits('off')).toEqual({});
    expect(limits('F0=5/10')).toEqual({ F0: { calls: 5, seconds: 10 } });
  });

  it.each(['FACE_CUSTOM_MODELS', 'FACE_OWN_MODELS'])(
    '%s names custom networks; a calibration must rise',
    (setting) => {
      const folder = mkdtempSync(join(tmpdir(), 'visage-config-'));
      const file = join(folder, 'own.json');
      const network = { file: 'net.onnx', mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] };
      const read = (calibration: unknown) => {
        writeFileSync(file, JSON.stringify({ recognition: { recognition_04: { ...network, calibration } } }));
        return readConfig({ ...withSubscriptions(one), [setting]: file });
      };
      const config = read([
        [-1, 0],
        [0.3, 0.5],
        [1, 1],
      ]);
      expect(config.customModels.recognition.recognition_04).toMatchObject({
        size: 112,
        layout: 'NCHW',
        channels: 'RGB',
      });
      expect(config.customModelsFolder).toBe(folder);
      expect(() =>
        read([
          [0.3, 0.5],
          [-1, 0],
        ]),
      ).toThrow(/must rise/);
    },
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readHostJson } from '../../local/hostJson.ts';
import { createConcurrencyLimit } from '../../local/http/concurrencyLimit.ts';
import { defaultKeys, isLoopback, loadSettings } from '../../local/localSettings.ts';
import { createLog } from '../../local/log.ts';
import { decodeMessage } from '../../local/queues/messageEncoding.ts';
import { parseSchedule } from '../../local/timers.ts';

const folder = mkdtempSync(join(tmpdir(), 'visage-settings-'));
const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
afterAll(() => rmSync(folder, { recursive: true }));

describe('host.json', () => {
  it('has the defaults of the Functions host, polling aside', () => {
    write('host.json', { version: '2.0' });
    expect(readHostJson(folder)).toEqual({
      http: { routePrefix: 'api', maxConcurrentRequests: -1, maxOutstandingRequests: -1, customHeaders: {} },
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        maxDequeueCount: 5,
        visibilityTimeout: 0,
        maxPollingInterval: 2_000,
        messageEncoding: 'base64',
      },
    });
  });

  it('has its default of polling as well when strict', () => {
    write('host.json', { version: '2.0' });
    expect(readHostJson(folder, { strict: true }).queues.maxPollingInterval).toBe(60_000);
    write('host.json', { version: '2.0', extensions: { queues: { maxPollingInterval: '00:00:05' } } });
    expect(readHostJson(folder, { strict: true }).queues.maxPollingInterval).toBe(5_000);
  });

  it('reads times and passes over what is not for this host', () => {
    write('host.json', {
      version: '2.0',
      logging: {},
      extensions: { queues: { visibilityTimeout: '1.02:03:04', maxPollingInterval: 500 }, blobs: {} },
    });
    expect(readHostJson(folder).queues).toMatchObject({
      visibilityTimeout: (((1 * 24 + 2) * 60 + 3) * 60 + 4) * 1_000,
      maxPollingInterval: 500,
    });
  });

  it.each([
    ['{', /host\.json is not JSON/],
    [{ version: '1.0' }, /host\.json is wrong/],
    [{ version: '2.0', extensions: { queues: { batchSize: 33 } } }, /batchSize/],
    [{ version: '2.0', extensions: { queues: { visibilityTimeout: 'soon' } } }, /visibilityTimeout/],
  ])('refuses %j', (content, message) => {
    write('host.json', content);
    expect(() => readHostJson(folder)).toThrow(message);
  });
});

describe('local settings', () => {
  it('come from the environment first, then the own file, then the sample', () => {
    const none = {};
    loadSettings(folder, none);
    expect(none).toEqual({});
    const keys = (key: string) => JSON.stringify([{ id: 'x', keys: [key] }]);
    write('local.settings.sample.json', {
      Values: { A: 'sample', B: 'sample', FACE_SUBSCRIPTIONS: keys('known') },
    });
    const first = { A: 'environment' };
    loadSettings(folder, first);
    expect(first).toMatchObject({ A: 'environment', B: 'sample' });
    write('local.settings.json', { Values: { B: 'own', FACE_SUBSCRIPTIONS: keys('secret') } });
    const second: Record<string, string | undefined> = {};
    loadSettings(folder, second);
    expect(second).toEqual({ B: 'own', FACE_SUBSCRIPTIONS: keys('secret') });
  });

  it('know the keys that everyone knows', () => {
    expect(defaultKeys).toEqual(
      new Set(['visage-local-key-of-the-first-subscription', 'visage-local-key-of-the-second-subscription']),
    );
  });

  it('know what is loopback', () => {
    expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.0.1', '127.evil.example', 'example.org'].some(isLoopback)).toBe(false);
  });
});

describe('schedules', () => {
  const next = (schedule: string, after: string) =>
    parseSchedule(schedule).nextRun(new Date(after))?.toISOString();

  it.each([
    ['0 */5 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
    ['*/5 * * * *', '2026-01-01T00:00:01Z', '2026-01-01T00:05:00.000Z'],
    ['30 0 3 * * *', '2026-03-29T00:00:00Z', '2026-03-29T03:00:30.000Z'],
    ['0 0 9 * * MON-FRI', '2026-01-03T00:00:00Z', '2026-01-05T09:00:00.000Z'],
    ['0 0 0 13 * FRI', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00.000Z'],
    ['0 0 0 1 JAN *', '2026-01-02T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 0 8-10,22 * * 0', '2026-01-04T10:00:00Z', '2026-01-04T22:00:00.000Z'],
  ])('%s after %s is %s', (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it.each([
    '',
    '@daily',
    '* * * *',
    '0 0 0 L * *',
    '0 0 0 * * MON#1',
    '0 0 0 ? * *',
    '0 0 25 * * *',
    'A * * * * *',
    '00:05:00',
  ])('refuses %j', (schedule) => {
    expect(() => parseSchedule(schedule)).toThrow(/is not supported/);
  });
});

describe('message encoding', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const base64 = Buffer.from(text).toString('base64');
        expect(decodeMessage(base64, 'base64')).toEqual({ string: text });
        expect(decodeMessage(text, 'none')).toEqual({ string: text });
      }),
    );
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    expect(decodeMessage(bytes.toString('base64'), 'base64')).toEqual({ bytes });
  });

  it('does not take plain text for base64', () => {
    for (const text of ['{"a":1}', 'abc', 'abcde', 'ab=c', 'a b='])
      expect(decodeMessage(text, 'base64')).toBeUndefined();
  });
});

describe('request limits', () => {
  it('let as many run as may, make some wait and turn the rest away', async () => {
    const limit = createConcurrencyLimit(2, 3);
    const first = await limit.enter();
    await limit.enter();
    const third = limit.enter();
    expect(await limit.enter()).toBeUndefined();
    first!();
    expect(await third).toBeTypeOf('function');
    expect(await createConcurrencyLimit(-1, -1).enter()).toBeTypeOf('function');
  });
});

describe('log', () => {
  it('writes its threshold and above', () => {
    const lines: string[] = [];
    const log = createLog('warning', (line) => void lines.push(line));
    log('information', 'no');
    log('error', 'yes', 'detect 1');
    log('none', 'no');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\S+Z \[error\] detect 1: yes\n$/);
  });
});

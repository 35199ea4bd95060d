import { describe, expect, test } from 'vitest';
import { compile, findBicep, lint, validateSnapshots } from './bicep.ts';

const found = findBicep();
const program = found.program ?? '';
if (!found.program) console.warn(`infra/ is not compiled: ${found.reason}. Only its snapshots are tested.`);

describe.skipIf(!program)('the Bicep compiler', { timeout: 240_000 }, () => {
  test('has no complaint by any rule of its linter', () => {
    expect(lint(program)).toBe('');
  });

  test('foresees what the snapshots say; after a change, run npm run check:infra -- --update', () => {
    expect(validateSnapshots(program)).toBe('');
  });

  test('compiles to a template that overwrites no key and makes none up', () => {
    const template = compile(program);
    expect(JSON.stringify(template)).not.toContain('newGuid(');
    const vault = template.resources.vault!.properties.template;
    const secrets = Object.values(vault.resources).filter(({ type }) => type.endsWith('/secrets'));
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(secret['@options']).toHaveProperty('onlyIfNotExists');
    for (const name of ['primaryKey', 'secondaryKey', 'operatorKey']) {
      expect(template.parameters[name]?.type).toBe('securestring');
      expect(template.parameters[name]).not.toHaveProperty('defaultValue');
    }
  });
});

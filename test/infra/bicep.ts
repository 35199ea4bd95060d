// @ts-expect-error plain JavaScript: scripts run before anything is installed
import * as untyped from '../../scripts/bicep.mjs';

interface Template {
  resources: Record<string, { properties: { template: Template }; '@options'?: object; type: string }>;
  parameters: Record<string, { type: string; defaultValue?: unknown }>;
}

export const { findBicep, lint, compile, validateSnapshots } = untyped as {
  findBicep(): { program: string; reason?: undefined } | { program?: undefined; reason: string };
  lint(program: string): string;
  compile(program: string): Template;
  validateSnapshots(program: string): string;
};

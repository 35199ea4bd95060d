import { z } from 'zod';
import type { RegisteredFunction } from './core.ts';
import type { BindingInfo } from './core-types.ts';

export interface HttpTrigger {
  kind: 'http';
  binding: string;
  methods: readonly string[];
  /** Without the prefix. */
  route: string;
}
export interface QueueBinding {
  binding: string;
  queueName: string;
  /** Name of the setting that holds the connection string. */
  connection: string;
}
export interface QueueTrigger extends QueueBinding {
  kind: 'queue';
}
export interface TimerTrigger {
  kind: 'timer';
  binding: string;
  schedule: string;
  runOnStartup: boolean;
}
export interface Bindings {
  trigger: HttpTrigger | QueueTrigger | TimerTrigger;
  queueOutputs: readonly QueueBinding[];
}

type Env = Record<string, string | undefined>;

/** Name of the binding that carries a function's return value. */
export const returnBinding = '$return';

const httpTrigger = z.object({
  authLevel: z.literal(
    'anonymous',
    'only authLevel "anonymous" is supported: nothing here checks function keys',
  ),
  methods: z.array(
    z.enum(
      ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'],
      'TRACE and CONNECT are not supported',
    ),
  ),
  route: z.string().optional(),
});
const queue = z.object({
  queueName: z
    .string()
    .regex(
      /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
      'is not a queue name (binding expressions are not supported)',
    ),
  connection: z.string().default('AzureWebJobsStorage'),
});
const timer = z.object({ schedule: z.string(), runOnStartup: z.boolean().default(false) });

/** What a function is bound to. Throws an Error that names the function and what this host cannot do. */
export function readBindings({ metadata }: RegisteredFunction, env: Env): Bindings {
  const refuse = (what: string): never => {
    throw new Error(`Function "${metadata.name}": ${what}.`);
  };
  const parse = <T>(schema: z.ZodType<T>, info: BindingInfo): T => {
    const parsed = schema.safeParse(withSettings(info, env, refuse));
    return parsed.success
      ? parsed.data
      : refuse(
          `${info.type}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`,
        );
  };
  if (metadata.retryOptions) refuse('retry policies are not supported by the local host');
  let trigger: Bindings['trigger'] | undefined;
  const queueOutputs: QueueBinding[] = [];
  for (const [binding, info] of Object.entries(metadata.bindings)) {
    const type = info.type?.toLowerCase() ?? '';
    if (info.properties?.supportsDeferredBinding === 'true')
      refuse(`${info.type}: SDK bindings are not supported by the local host`);
    if (type === 'httptrigger') {
      const { methods, route } = parse(httpTrigger, info);
      trigger = { kind: 'http', binding, methods, route: route || metadata.name };
    } else if (type === 'queuetrigger') trigger = { kind: 'queue', binding, ...parse(queue, info) };
    else if (type === 'timertrigger') trigger = { kind: 'timer', binding, ...parse(timer, info) };
    else if (type === 'queue' && info.direction === 'out')
      queueOutputs.push({ binding, ...parse(queue, info) });
    else if (type !== 'http' || info.direction !== 'out' || binding !== returnBinding)
      refuse(
        type.endsWith('trigger')
          ? `${info.type} is not supported by the local host; it runs HTTP, queue and timer triggers`
          : `the ${info.direction}put binding ${info.type} is not supported by the local host; it has HTTP and queue outputs`,
      );
  }
  return { trigger: trigger ?? refuse('it has no trigger'), queueOutputs };
}

/** Puts app settings in place of %NAME%, as the real host does. */
function withSettings(info: BindingInfo, env: Env, refuse: (what: string) => never): Record<string, unknown> {
  const resolve = (text: string) =>
    text.replace(/%([^%]+)%/g, (_, name: string) => env[name] ?? refuse(`the setting ${name} is missing`));
  return Object.fromEntries(
    Object.entries(info).map(([key, value]) => [key, typeof value === 'string' ? resolve(value) : value]),
  );
}

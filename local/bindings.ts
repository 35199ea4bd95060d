import { z } from 'zod';
import type { RegisteredFunction } from './functionsCore.ts';
import type { BindingInfo } from './functionsCoreTypes.ts';

export interface HttpTrigger {
  kind: 'http';
  binding: string;
  methods: readonly string[];
  /** Without the prefix. */
  route: string;
}
export interface QueueTrigger {
  kind: 'queue';
  binding: string;
  queueName: string;
}
export interface TimerTrigger {
  kind: 'timer';
  binding: string;
  schedule: string;
}
export type Trigger = HttpTrigger | QueueTrigger | TimerTrigger;

/** Name of the binding that carries a function's return value. */
const returnBinding = '$return';

const httpTrigger = z.object({
  authLevel: z.literal(
    'anonymous',
    'only authLevel "anonymous" is supported: this host does not check function keys',
  ),
  methods: z.array(
    z.enum(
      ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'],
      'TRACE and CONNECT are not supported',
    ),
  ),
  route: z.string().optional(),
});
const queueTrigger = z.object({
  queueName: z
    .string()
    .regex(
      /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
      'is not a queue name (binding expressions are not supported)',
    ),
  connection: z.literal('AzureWebJobsStorage', 'only AzureWebJobsStorage is supported'),
});
const timerTrigger = z.object({
  schedule: z.string(),
  runOnStartup: z.literal(false, 'is not supported').default(false),
});

/** What starts a function. Throws an Error that names the function and what this host does not support. */
export function readTrigger({ metadata }: RegisteredFunction): Trigger {
  const refuse = (reason: string): never => {
    throw new Error(`Function "${metadata.name}": ${reason}.`);
  };
  const parse = <T>(schema: z.ZodType<T>, info: BindingInfo): T => {
    const parsed = schema.safeParse(info);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return refuse(`${info.type}: ${issues.join('; ')}`);
  };
  if (metadata.retryOptions) refuse('retry policies are not supported by the local host');
  let trigger: Trigger | undefined;
  for (const [binding, info] of Object.entries(metadata.bindings)) {
    const type = info.type?.toLowerCase() ?? '';
    if (info.properties?.supportsDeferredBinding === 'true')
      refuse(`${info.type}: SDK bindings are not supported by the local host`);
    if (type === 'httptrigger') {
      const { methods, route } = parse(httpTrigger, info);
      trigger = { kind: 'http', binding, methods, route: route || metadata.name };
    } else if (type === 'queuetrigger') {
      trigger = { kind: 'queue', binding, queueName: parse(queueTrigger, info).queueName };
    } else if (type === 'timertrigger') {
      trigger = { kind: 'timer', binding, schedule: parse(timerTrigger, info).schedule };
    } else if (type !== 'http' || info.direction !== 'out' || binding !== returnBinding) {
      refuse(
        type.endsWith('trigger')
          ? `${info.type} is not supported by the local host; it runs HTTP, queue and timer triggers`
          : `the ${info.direction}put binding ${info.type} is not supported by the local host; its only output is the HTTP response`,
      );
    }
  }
  return trigger ?? refuse('it has no trigger');
}

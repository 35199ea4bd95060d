import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { App, RegisteredFunction } from './functionsCore.ts';
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationResponse,
  TypedData,
} from './functionsCoreTypes.ts';
import type { Log } from './log.ts';

export interface Invocation {
  /** Name of the trigger's binding. */
  trigger: string;
  data: TypedData;
  triggerMetadata?: Record<string, TypedData>;
  /** Aborts when nobody waits for the result any more. */
  signal?: AbortSignal;
}

/** Published with `{ invocationId }` when the client of an invocation has gone. */
const clientGone = channel('visage.client-gone');

/** Runs a function once, as the worker does: arguments, hooks, callback, hooks, response. Throws what it throws. */
export async function invoke(
  app: App,
  { metadata, callback }: RegisteredFunction,
  { trigger, data, triggerMetadata = {}, signal }: Invocation,
  log: Log,
): Promise<InvocationResponse> {
  const invocationId = randomUUID();
  const scope = `${metadata.name} ${invocationId}`;
  signal?.addEventListener('abort', () => clientGone.publish({ invocationId }));
  const core: CoreInvocationContext = {
    invocationId,
    metadata,
    request: {
      invocationId,
      functionId: metadata.functionId,
      inputData: [{ name: trigger, data }],
      triggerMetadata,
    },
    log: (level, _category, message) => log(level, message, scope),
  };
  const model = await app.model!.getInvocationModel(core);
  const { context: invocationContext, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: app.appHookData, invocationContext };

  core.state = 'preInvocationHooks';
  const before = { ...shared, inputs, functionCallback: callback };
  await app.runHooks('preInvocation', before);

  core.state = 'invocation';
  const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
  try {
    after.result = await model.invokeFunction(
      invocationContext,
      before.inputs,
      before.functionCallback as FunctionCallback,
    );
  } catch (error) {
    after.error = error;
  }

  core.state = 'postInvocationHooks';
  await app.runHooks('postInvocation', after);
  core.state = undefined;
  if (after.error !== null && after.error !== undefined) throw after.error;
  const response = await model.getResponse(invocationContext, after.result);
  if (response.returnValue?.http?.cookies?.length)
    throw new Error('The cookies property is not supported by the local host: set a Set-Cookie header.');
  return response;
}

import { randomUUID } from 'node:crypto';
import type { App, RegisteredFunction } from './core.ts';
import type { CoreInvocationContext, FunctionCallback, InvocationResponse, TypedData } from './core-types.ts';
import type { Log } from './log.ts';

export interface Invocation {
  /** Name of the trigger's binding. */
  trigger: string;
  data: TypedData;
  triggerMetadata?: Record<string, TypedData>;
}

/** Runs a function once, as the worker does: arguments, hooks, callback, hooks, response. Throws what it throws. */
export async function invoke(
  app: App,
  { metadata, callback }: RegisteredFunction,
  { trigger, data, triggerMetadata = {} }: Invocation,
  log: Log,
): Promise<InvocationResponse> {
  const invocationId = randomUUID();
  const scope = `${metadata.name} ${invocationId}`;
  let invocationContext: unknown;
  const core: CoreInvocationContext = {
    invocationId,
    metadata,
    request: {
      invocationId,
      functionId: metadata.functionId,
      inputData: [{ name: trigger, data }],
      triggerMetadata,
    },
    log: (level, category, message) => {
      const entry = app.runLogHooks({ level, category, message, invocationContext });
      log(entry.level, entry.message, scope);
    },
  };
  const model = await app.model!.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  invocationContext = context;
  const hookData = {};
  const shared = { hookData, appHookData: app.appHookData, invocationContext };

  core.state = 'preInvocationHooks';
  const before = { ...shared, inputs, functionCallback: callback };
  await app.runHooks('preInvocation', before);

  core.state = 'invocation';
  const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
  try {
    after.result = await model.invokeFunction(
      context,
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
  return await model.getResponse(context, after.result);
}

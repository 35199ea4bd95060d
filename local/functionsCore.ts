import Module from 'node:module';
import {
  type FunctionCallback,
  type FunctionMetadata,
  type HookCallback,
  type HookName,
  hookNames,
  type LogCategory,
  type LogLevel,
  type ProgrammingModel,
} from './functionsCoreTypes.ts';
import type { Log } from './log.ts';

export interface RegisteredFunction {
  metadata: FunctionMetadata & { functionId: string };
  callback: FunctionCallback;
}

/** What an app has registered. One per process: `@azure/functions` keeps its own state global. */
export class App {
  readonly functions: RegisteredFunction[] = [];
  readonly appHookData: Record<string, unknown> = {};
  readonly #hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
  model: ProgrammingModel | undefined;
  /** Set once the app's main file has run: nothing can be registered after that. */
  sealed = false;

  register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.sealed) throw new Error('A function can only be registered while the app starts.');
    const entry = { metadata: { ...metadata, functionId: metadata.name }, callback };
    this.functions.push(entry);
    return new Disposable(() => remove(this.functions, entry));
  }

  hook(name: string, callback: HookCallback): Disposable {
    const list = this.#hooks.get(name as HookName);
    if (!list) throw new RangeError(`Unrecognized hook "${name}"`);
    list.push(callback);
    return new Disposable(() => remove(list, callback));
  }

  hasHook(name: HookName): boolean {
    return this.#hooks.get(name)!.length > 0;
  }

  /** Runs the hooks of a name in the order of their registration. */
  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.#hooks.get(name)!) await callback(context);
  }
}

/** Provides `@azure/functions-core`, which otherwise exists only inside the Functions worker, as a module that fills `app`. */
export function provideCore(app: App, log: Log): void {
  const core = {
    version: '4.0.0',
    hostVersion: '4.1000.0',
    Disposable,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
      app.register(metadata, callback),
    registerHook: (name: string, callback: HookCallback) => app.hook(name, callback),
    setProgrammingModel: (model: ProgrammingModel) => {
      app.model = model;
    },
    getProgrammingModel: () => app.model,
    log: (level: LogLevel, _category: LogCategory, message: string) => log(level, message),
  };
  // module.registerHooks would be the documented way; Node.js 20 does not have it.
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const load = loader._load;
  loader._load = function (request, ...rest) {
    return request === '@azure/functions-core' ? core : load.call(this, request, ...rest);
  };
}

class Disposable {
  readonly #callOnDispose: () => unknown;

  static from(...items: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const item of items) item.dispose();
    });
  }

  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose;
  }

  dispose(): unknown {
    return this.#callOnDispose();
  }
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}

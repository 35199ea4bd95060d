import { jobs } from '../../shared/jobs/jobs.ts';
import { faceAt, first, openApp, second, someBytes } from '../http/harness.ts';

/** The application without a socket, called by the paths of the contract, and its background work. */
export async function openWire(config: Parameters<typeof openApp>[0] = {}) {
  const app = await openApp(config);
  app.vision.faces = [faceAt(0)];
  const call = (method: string, path: string, body?: unknown, key = first.keys[0]!) => {
    const bytes = body instanceof Uint8Array;
    const type = bytes ? 'application/octet-stream' : 'application/json';
    return app.send(method, `/face/v1.0/${path}`, {
      headers: {
        'Ocp-Apim-Subscription-Key': key,
        ...(body !== undefined && { 'Content-Type': type }),
      },
      ...(body !== undefined && {
        body: bytes ? body : typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
  };
  const jobDeps = { ...app.deps, subscriptions: [first, second] };
  return {
    ...app,
    call,
    /** Delivers what is due. */
    work: async () => {
      const due = app.messages.filter(({ dueAt }) => dueAt <= app.deps.now());
      for (const each of due) {
        app.messages.splice(app.messages.indexOf(each), 1);
        await jobs[each.queue].run(jobDeps, each.message);
      }
    },
    /** Adds a face at an angle; answers its persistedFaceId. */
    add: async (path: string, degrees: number, key = first.keys[0]!) => {
      app.vision.faces = [faceAt(degrees)];
      const { json } = await call('POST', `${path}/persistedfaces`, someBytes, key);
      return (json as { persistedFaceId: string }).persistedFaceId;
    },
  };
}

export type Wire = Awaited<ReturnType<typeof openWire>>;

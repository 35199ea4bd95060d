declare module '@npmcli/config' {
  export default class Config {
    constructor(options: {
      definitions: unknown;
      shorthands: unknown;
      flatten: unknown;
      nerfDarts: unknown;
      npmPath: string;
      argv: string[];
      env: Record<string, string | undefined>;
      cwd: string;
    });
    load(): Promise<void>;
    /** Where a setting comes from. */
    find(key: string): string | null;
    /** All settings under the names that npm's own libraries take. */
    readonly flat: Record<string, unknown>;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const parts: { definitions: unknown; shorthands: unknown; flatten: unknown; nerfDarts: unknown };
  export default parts;
}

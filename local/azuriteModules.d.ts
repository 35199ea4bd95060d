// Azurite ships no types; these cover what is used here of version 3.35.
interface AzuriteServer {
  httpServer: import('node:http').Server;
  start(): Promise<void>;
  close(): Promise<void>;
}

type AzuriteConfigurationParameters = [
  host: string,
  port: number,
  keepAliveSeconds: number,
  metadataFile: string,
  extentsFile: string,
  extents: { locationId: string; locationPath: string; maxConcurrency: number }[],
  accessLog: boolean,
];

declare module 'azurite/dist/src/*Configuration.js' {
  const module: { default: new (...parameters: AzuriteConfigurationParameters) => object };
  export default module;
}
declare module 'azurite/dist/src/*Server.js' {
  const module: { default: new (configuration: object) => AzuriteServer };
  export default module;
}
declare module 'azurite/dist/src/common/Telemetry.js' {
  const module: {
    AzuriteTelemetryClient: { init(folder: string, enabled: boolean, environment: undefined): void };
  };
  export default module;
}

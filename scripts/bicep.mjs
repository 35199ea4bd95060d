// The Bicep compiler. NuGet has it as a program of its own that knows the resource types and needs no network.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './install.mjs';

const version = '0.49.2';
const systems = { darwin: 'osx', linux: 'linux', win32: 'win' };
const processors = ['x64', 'arm64'];
const infra = join(root, 'infra');
const snapshots = join(infra, 'snapshots');
/** Made up, so that names and ids in the snapshots are the same everywhere. */
const target = [
  ...['--subscription-id', '00000000-0000-4000-8000-000000000000'],
  ...['--tenant-id', '00000000-0000-4000-8000-000000000001'],
  ...['--location', 'westeurope'],
];

/** Returns the `program`, fetched by `dotnet` where it is not in the cache yet, or the `reason` why there is none. */
export function findBicep() {
  const system = systems[process.platform];
  if (!system || !processors.includes(process.arch))
    return { reason: `there is no Bicep compiler for ${process.platform} on ${process.arch}` };
  const folder = join(cacheFolder(), 'bicep', version);
  const name = `Azure.Bicep.CommandLine.${system}-${process.arch}`;
  const program = join(
    ...[folder, 'packages', name.toLowerCase(), version, 'tools'],
    system === 'win' ? 'bicep.exe' : 'bicep',
  );
  if (existsSync(program)) return { program };
  const failure = restore(name, folder);
  return failure ? { reason: failure } : { program };
}

/**
 * Lints infra/ and returns every error and warning, '' where there is none. That a newer API version exists is a warning
 * in bicepconfig.json: it has to fail here, but not in the newer compiler of somebody who deploys.
 */
export function lint(program) {
  return bicep(program, ['lint', join(infra, 'main.bicep')]);
}

/** Compiles infra/ to the JSON template that is deployed. Throws Error with the compiler's complaints. */
export function compile(program) {
  const { stdout, stderr } = start(program, ['build', join(infra, 'main.bicep'), '--stdout']);
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Compares every snapshot with what infra/ deploys now and returns the differences. */
export const validateSnapshots = (program) => takeSnapshots(program, 'validate');
/** Writes every snapshot anew. */
export const updateSnapshots = (program) => takeSnapshots(program, 'overwrite');

function takeSnapshots(program, mode) {
  return readdirSync(snapshots)
    .filter((file) => file.endsWith('.bicepparam'))
    .map((file) => bicep(program, ['snapshot', join(snapshots, file), '--mode', mode, ...target]))
    .join('');
}

function bicep(program, args) {
  const { status, stdout, stderr } = start(program, args);
  return status === 0 ? stderr : `${stdout}${stderr}` || `bicep ${args[0]} ended with ${status}`;
}

function start(program, args) {
  // Without ICU libraries, which slim images lack, .NET would not start.
  const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
  const result = spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 2 ** 26 });
  if (result.error) throw result.error;
  return result;
}

/** Downloads a NuGet package into `folder`/packages. Returns why it could not be. */
function restore(name, folder) {
  mkdirSync(folder, { recursive: true });
  const project = join(folder, 'bicep.csproj');
  writeFileSync(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <NuGetAudit>false</NuGetAudit>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
    <RestorePackagesPath>packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${name}" Version="[${version}]" />
  </ItemGroup>
</Project>
`,
  );
  console.log(`Fetching the Bicep compiler ${version} from NuGet ...`);
  const env = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' };
  const options = { encoding: 'utf8', env, timeout: 240_000 };
  const { status, error, stdout } = spawnSync('dotnet', ['restore', project], options);
  if (error?.code === 'ENOENT') return 'dotnet, which fetches the Bicep compiler, is not installed';
  if (status === 0) return undefined;
  rmSync(folder, { recursive: true });
  return `dotnet could not fetch the Bicep compiler: ${error?.message ?? /error (.*)/.exec(stdout)?.[1]}`;
}

function cacheFolder() {
  return process.env.VISAGE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'visage');
}

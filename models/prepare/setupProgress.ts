import type { SingleBar } from 'cli-progress';

/** What the set-up tells while it works. */
export interface Progress {
  /** total: bytes to fetch at most. */
  begin(total: number): void;
  /** what: a package, name@version. */
  fetching(what: string): void;
  received(bytes: number): void;
  /** name: a network. */
  preparing(name: string): void;
  end(): void;
}

/** A bar on a terminal, plain lines elsewhere. */
export async function terminalProgress(output: NodeJS.WriteStream): Promise<Progress> {
  if (!output.isTTY) return plainProgress((line) => output.write(`${line}\n`));
  const { default: progress } = await import('cli-progress');
  return barProgress(
    new progress.SingleBar(
      {
        stream: output,
        format: '{bar} {percentage}% of {size} MB  {what}',
        barsize: 30,
        hideCursor: true,
        clearOnComplete: true,
      },
      progress.Presets.shades_classic,
    ),
  );
}

export function plainProgress(print: (line: string) => void): Progress {
  return {
    begin: (total) => print(`Preparing the models, once: ${megabytes(total)} MB to fetch`),
    fetching: (what) => print(`  fetching ${what}`),
    received: () => {},
    preparing: (name) => print(`  preparing ${name}`),
    end: () => {},
  };
}

function barProgress(bar: SingleBar): Progress {
  return {
    begin: (total) => bar.start(total, 0, { size: megabytes(total), what: '' }),
    fetching: (what) => bar.update({ what: `fetching ${what}` }),
    received: (bytes) => bar.increment(bytes),
    preparing: (name) => bar.update({ what: `preparing ${name}` }),
    end: () => bar.stop(),
  };
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);

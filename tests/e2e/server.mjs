// Starts a fresh server of ours: a temporary database, the demonstration organisation, a free port, a clock that we set.
import { spawn } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const startWithinMilliseconds = 120_000;

/** Resolves with the address once the server says it serves; rejects with what it said where it does not. */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`The server did not start within two minutes. It said:\n${said}`)), startWithinMilliseconds);
    const hear = (chunk) => {
      said += chunk;
      const found = /serves (http:\/\/\S+)/.exec(said);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}. It said:\n${said}`)));
  });
}

/**
 * @param {{binary: string, root: string, now: string}} options
 * @returns {Promise<{address: string, setTime(instant: string): Promise<void>, stop(): Promise<void>}>}
 */
export async function startServer({ binary, root, now }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'extramile-e2e-'));
  const clock = path.join(folder, 'clock');
  const setTime = async (instant) => {
    await writeFile(`${clock}.new`, `${instant}\n`);
    await rename(`${clock}.new`, clock);
  };
  await setTime(now);
  const flags = ['--listen', '127.0.0.1:0', '--database', `sqlite:${path.join(folder, 'extramile.sqlite')}`, '--demo', '--test-clock', clock];
  const child = spawn(binary, ['serve', ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const address = await addressOf(child);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    address,
    setTime,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

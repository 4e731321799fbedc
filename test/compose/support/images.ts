import { docker } from './docker.ts';
import { IMAGE_PREFIX, Stack } from './stack.ts';

/** Builds the images of docker-compose.yml, once for all tests, and removes them. */
export default async function setup(): Promise<() => Promise<void>> {
  const stack = await Stack.make();
  const start = performance.now();
  try {
    await stack.compose(['build']);
  } finally {
    await stack.remove();
  }
  print(`The images are built, in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  const images = await docker('images', '--format', '{{.Repository}}:{{.Tag}}', `${IMAGE_PREFIX}-*`);
  return async () => {
    await docker('rmi', ...images.split('\n'));
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

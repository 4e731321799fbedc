/**
 * Waits for a promise, but not too long.
 *
 * @param ms how long
 * @param late called when it takes longer: gives what is returned instead, or throws; the promise itself goes on
 */
export async function withinTime<Value, Late>(
  promise: Promise<Value>,
  ms: number,
  late: () => Late,
): Promise<Value | Late> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  }).then(late);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

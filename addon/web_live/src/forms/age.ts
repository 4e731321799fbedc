/** How long ago something was, as a form says it. */
export interface Age {
  readonly count: number;
  readonly unit: 'seconds' | 'minutes' | 'hours';
}

export function ageOf(seconds: number): Age {
  if (seconds < 60) return { count: Math.floor(seconds), unit: 'seconds' };
  if (seconds < 3_600) return { count: Math.floor(seconds / 60), unit: 'minutes' };
  return { count: Math.floor(seconds / 3_600), unit: 'hours' };
}

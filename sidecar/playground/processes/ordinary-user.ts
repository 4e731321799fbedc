/** `nobody` and its group: PostgreSQL and Odoo refuse to run as root. */
const NOBODY = 65_534;

/** The user and group that a server's files have to belong to; undefined is this process' own. */
export const serverOwner = process.getuid?.() === 0 ? NOBODY : undefined;

const END_WITH_US = ['setpriv', '--pdeathsig=KILL'];

/** A command whose process the kernel ends, on Linux, when this one is gone, even if this one is killed. */
export function endingWithUs(command: readonly string[]): readonly string[] {
  return process.platform === 'linux' ? [...END_WITH_US, ...command] : command;
}

/** A command that runs as an ordinary user, and ends with this process. */
export function asOrdinaryUser(command: readonly string[]): readonly string[] {
  if (serverOwner === undefined) return endingWithUs(command);
  if (process.platform !== 'linux') return command;
  return [
    ...END_WITH_US,
    ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
    // The clone may lie in a folder that root keeps to itself, such as one of mktemp. Without the securebit, access(2),
    // by which initdb and Odoo look before they open, would leave the capability out.
    ...['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'],
    ...command,
  ];
}

import type { ErrorEntries } from './error-entry.ts';

/**
 * How the process starts and stops.
 *
 * @internal
 */
export const PROCESS_CODES = {
  option_unknown: {
    meaning:
      'A flag does not exist. As a warning: nothing reads that variable, and the message names the one that you may have meant',
    seenBy: 'log',
    exitCode: 2,
  },
  option_invalid: {
    meaning: 'An option has a value that it cannot have. The message names the option',
    seenBy: 'log',
    exitCode: 2,
  },
  option_unsupported: {
    meaning: 'A setting of libpq asks for something that the sidecar cannot do',
    seenBy: 'log',
    exitCode: 2,
  },
  config_unreadable: {
    meaning: 'A configuration file is missing, or the user of the sidecar may not read it',
    seenBy: 'log',
    exitCode: 2,
  },
  config_invalid: {
    meaning: 'A configuration file has a mistake. The message names the file and the line',
    seenBy: 'log',
    exitCode: 2,
  },
  database_unnamed: {
    meaning: 'No option names a database',
    seenBy: 'log',
    exitCode: 2,
  },
  service_missing: {
    meaning: '`PGSERVICE` names a service that no file defines',
    seenBy: 'log',
    exitCode: 2,
  },
  service_link: {
    meaning:
      'A warning: Kubernetes or Docker made a variable for a Service whose name matches an option, such as `WEB_SOCKETIO_PORT=tcp://…`. The sidecar ignores it. `enableServiceLinks: false` in the Pod, or another name for the Service, avoids the line',
    seenBy: 'log',
  },
  port_unusable: {
    meaning: 'Another program listens on that port, or this machine does not have that address',
    seenBy: 'log',
    exitCode: 2,
  },
  sidecar_unreachable: {
    meaning:
      '`web_socketio top` finds no sidecar at the address that it was given, or at that of the options',
    seenBy: 'log',
    exitCode: 1,
  },
  stop_timeout: {
    meaning: 'The sidecar did not end within the drain time plus 17 seconds after SIGTERM',
    seenBy: 'log',
    exitCode: 1,
  },
  stop_forced: {
    meaning: 'A second signal ended the sidecar at once. Its exit code is 128 plus the number of the signal',
    seenBy: 'log',
  },
  left_open: {
    meaning:
      'A server module left a timer or a connection open when the sidecar stopped; the sidecar ended anyway',
    seenBy: 'log',
  },
} as const satisfies ErrorEntries;

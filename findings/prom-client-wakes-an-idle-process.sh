#!/bin/sh
# `collectDefaultMetrics` of prom-client 15.1.3 wakes an idle process up a hundred times a second, whether or not anybody asks for a metric.
#
# The lag of the event loop is measured by a timer of ten milliseconds, which Node runs on the main thread from the call on. A server that
# otherwise sleeps between two requests does not any more. The option `eventLoopMonitoringPrecision` makes it less often.
#
# Seen on 2026-11-29, with prom-client 15.1.3 and Node 20, in five seconds of a process that waits for a timer:
#   without: fewer than 5 wake-ups a second (0)
#   with: more than 50 (94)
#   with eventLoopMonitoringPrecision: 1000: fewer than 5 (1)
#
# Exit code 0: still so. 1: something else was seen. Needs Linux, whose /proc counts wake-ups.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent prom-client@15.1.3

cat >see.mjs <<'END'
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { collectDefaultMetrics } from 'prom-client';

const SECONDS = 5;
const count = () => Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
const how = process.argv[2];
if (how === 'with') collectDefaultMetrics();
if (how === 'seldom') collectDefaultMetrics({ eventLoopMonitoringPrecision: 1_000 });
await setTimeout(1_000);
const before = count();
await setTimeout(SECONDS * 1_000);
console.log(((count() - before) / SECONDS).toFixed(0));
END
without=$(timeout 60 node see.mjs without)
with=$(timeout 60 node see.mjs with)
seldom=$(timeout 60 node see.mjs seldom)
echo "wake-ups a second: without $without, with $with, with eventLoopMonitoringPrecision: 1000 $seldom"
[ "$without" -lt 5 ] && [ "$with" -gt 50 ] && [ "$seldom" -lt 5 ]

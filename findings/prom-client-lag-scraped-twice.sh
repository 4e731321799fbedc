#!/bin/sh
# Who asks prom-client 15.1.3 for its default metrics just after somebody else is told of an event loop that lagged for 292 years at least.
#
# `collectDefaultMetrics` empties its histogram of the event loop's delay each time that the metrics are read. Until ten
# milliseconds later there is nothing in it: the least delay is then the greatest number that it can hold, the mean is "Nan", and the
# percentiles are half a microsecond. Two servers of Prometheus that scrape at the same time, as pairs of them do, get one good answer and
# one of these; so does whoever asks a program that has just started.
#
# Seen on 2026-11-29, with prom-client 15.1.3 and Node 20:
#   at once: min 9223372036.854776 mean Nan p99 5.11e-7
#   after a second: min, mean and p99 of 0.01 or more
#   at once after that: min 9223372036.854776 mean Nan p99 5.11e-7
#
# Exit code 0: still so. 1: something else was seen.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent prom-client@15.1.3

cat >see.mjs <<'END'
import { setTimeout } from 'node:timers/promises';
import { collectDefaultMetrics, register } from 'prom-client';

async function read() {
  const text = await register.metrics();
  const value = (name) => new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(text)?.[1];
  return `min ${value('min')} mean ${value('mean')} p99 ${value('p99')}`;
}

collectDefaultMetrics();
console.log('at once:', await read());
await setTimeout(1_000);
console.log('after a second:', await read());
console.log('at once after that:', await read());
END
timeout 60 node see.mjs | tee seen
grep -qx 'at once: min 9223372036.854776 mean Nan p99 5.11e-7' seen || exit 1
grep -qE '^after a second: min 0\.0[0-9]+ mean 0\.[0-9]+ p99 0\.[0-9]+$' seen || exit 1
grep -qx 'at once after that: min 9223372036.854776 mean Nan p99 5.11e-7' seen || exit 1

#!/bin/sh
# The unit tests on Node 26, and those that are nearest to the network, where Node's versions differ. The build is there.
set -eu
cd "$(dirname "$0")/../.."
PATH="$PWD/.cache/node26/bin:$PATH"
exec node node_modules/vitest/vitest.mjs run --project unit --project integration "$@" \
  test/unit bad-input drain ended-session handshake limits longpolling malformed-request old-clients process.test signal

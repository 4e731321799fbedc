#!/bin/bash
# For Docker: has the worker of this container a link? 1F84 is the sidecar's port, 8068, and 01 an established connection.
exec grep -qE '^ *[0-9]+: \S+ \S+:1F84 01 ' /proc/net/tcp /proc/net/tcp6

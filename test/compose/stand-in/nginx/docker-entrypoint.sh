#!/bin/bash
# As the official image: templates are rendered with the variables that exist, and nginx follows.
set -euo pipefail

variables=$(env | cut -d= -f1 | sed 's/.*/${&}/' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
  [ -e "$template" ] || continue
  envsubst "$variables" <"$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done
exec "$@"

#!/usr/bin/env bash
# Makes what compose.yaml needs and nobody may share: a certificate of the server, tokens, a password, and the file .env.
# What exists already is kept.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077

mkdir -p secrets store
for name in admin.token east.token west.token database.password; do
    [ -s "secrets/$name" ] || openssl rand -hex 20 >"secrets/$name"
done
[ -s secrets/server.crt ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
    -subj /CN=server -addext 'subjectAltName=DNS:server,DNS:localhost,IP:127.0.0.1' \
    -keyout secrets/server.key -out secrets/server.crt 2>/dev/null

cat >.env <<ENV
PRECHECK_ACCOUNT=$(id -u):$(id -g)
PRECHECK_DATABASE_PASSWORD=$(cat secrets/database.password)
ENV

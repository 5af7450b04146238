#!/usr/bin/env bash
# Builds a container image of precheck: a static program and the certificates of public authorities, nothing else.
#
#   image.sh [NAME:TAG]   default: precheck:local
#
# It needs Go and a Docker engine, and no base image. GOARCH selects the architecture. CA_CERTIFICATES names another
# file of certificates than the machine's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

certificates=${CA_CERTIFICATES:-}
for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    [ -n "$certificates" ] || ! [ -f "$file" ] || certificates=$file
done
[ -n "$certificates" ] || { echo "image.sh: no certificates of authorities; name a file with CA_CERTIFICATES" >&2; exit 1; }

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir "$context/work"
cp Dockerfile "$context/"
cp "$certificates" "$context/ca-certificates.crt"
chmod 644 "$context/ca-certificates.crt"
CGO_ENABLED=0 GOOS=linux go build -buildvcs=auto -trimpath -ldflags='-s -w' -o "$context/precheck" .
DOCKER_BUILDKIT=0 docker build -q --force-rm --network none -t "${1:-precheck:local}" "$context"
